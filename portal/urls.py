"""Addresses of the client pages."""

from django.urls import URLPattern, URLResolver, path

from portal.check import CheckPage
from portal.code import CodePage
from portal.feedback import FeedbackPage, FeedbackQuestionPage
from portal.handover import (
    AcceptFiles,
    AllFiles,
    HandoverPage,
    OneFile,
    OpenFilesPage,
    SendCode,
)
from portal.owed import OwedPage, StatementFile
from portal.receipt import (
    DisputePage,
    EnclosureFile,
    LetterFile,
    NotMePage,
    QuestionPage,
    ReceiptFile,
    ReceiptPage,
    WrongPersonPage,
)

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("r/<str:token>/", ReceiptPage.as_view(), name="receipt"),
    path("r/<str:token>/letter.pdf", LetterFile.as_view(), name="letter"),
    path("r/<str:token>/enclosures/<int:position>.pdf", EnclosureFile.as_view(), name="enclosure"),
    path("r/<str:token>/receipt.pdf", ReceiptFile.as_view(), name="receipt-file"),
    path("r/<str:token>/question/", QuestionPage.as_view(), name="question"),
    path("r/<str:token>/addressee/", WrongPersonPage.as_view(), name="addressee"),
    path("r/<str:token>/dispute/", DisputePage.as_view(), name="dispute"),
    path("r/<str:token>/not-me/", NotMePage.as_view(), name="not-me"),
    path("f/<str:token>/", FeedbackPage.as_view(), name="feedback"),
    path("f/<str:token>/question/", FeedbackQuestionPage.as_view(), name="feedback-question"),
    path("h/<str:token>/", HandoverPage.as_view(), name="handover"),
    path("h/<str:token>/code/", SendCode.as_view(), name="handover-code"),
    path("h/<str:token>/<str:key>/", OpenFilesPage.as_view(), name="handover-files"),
    path("h/<str:token>/<str:key>/received/", AcceptFiles.as_view(), name="handover-received"),
    path("h/<str:token>/<str:key>/all.zip", AllFiles.as_view(), name="handover-all"),
    path("h/<str:token>/<str:key>/files/<int:position>/", OneFile.as_view(), name="handover-file"),
    path("o/<str:token>/", OwedPage.as_view(), name="owed"),
    path("o/<str:token>/statement.pdf", StatementFile.as_view(), name="owed-statement"),
    path("code/", CodePage.as_view(), name="code"),
    path("check/", CheckPage.as_view(), name="check"),
]
