"""Addresses that exist only where the demo is installed."""

from django.urls import path

from config.demo import views
from desk import styleguide

app_name = "demo"
urlpatterns = [
    path("mailbox/", views.mails, name="mailbox"),
    path("mailbox/<str:name>/", views.mail, name="mail"),
    path("mailbox/<str:name>/html/", views.html_part, name="html-part"),
    path("mailbox/<str:name>/attachments/<int:number>/", views.attachment, name="attachment"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/client/", styleguide.client_styleguide, name="client-styleguide"),
]
