"""Our own doors under `/accounts/`; they stand before allauth's and close its sign-up."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="accounts_invitation"),
    path("signup/", views.signup_closed, name="account_signup"),
]
