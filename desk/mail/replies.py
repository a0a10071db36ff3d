"""A reply to the client: begun from calm words, changed, looked at, sent with time to undo it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from desk.case.reactions import ADVICE
from desk.frame.inputs import ProseField
from desk.frame.row_verbs import SectionVerb
from notices.errors import ChangedMeanwhile
from notices.models import Reply, TextBlock
from notices.outbox import breathing
from notices.services import replying, text_blocks
from offboarding import policies
from offboarding.models import ReactionKind


class BeginReply(SectionVerb):
    """Begin a reply, from calm words after a reaction."""

    permission = "offboarding.send_notice"
    title = _("Write to the client")
    intro = _("A draft is begun. Nothing leaves before you have looked at it and sent it.")
    button = _("Begin a reply")
    section = "reactions"
    is_irreversible = True

    def find(self) -> None:
        """Read the reaction through its case, if the address names one."""
        super().find()
        self.reaction = None
        if "pk" in self.kwargs:
            self.reaction = self.case.reactions.filter(pk=self.kwargs["pk"]).first()
            if self.reaction is None:
                raise Http404(_text("There is no such entry on this case."))

    def next_url(self) -> str:
        """Return to the reactions."""
        return reverse("desk:reactions", args=[self.case.reference])

    def perform(self, form: forms.Form) -> str:
        """Begin it, and go on to the draft."""
        reply = replying.begin_reply(self.case, by=self.actor, reaction=self.reaction)
        return reply_url(reply)


def reply_url(reply: Reply) -> str:
    """Return where a reply is written."""
    return reverse("desk:reply", args=[reply.case.reference, reply.pk])


class _Words(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = ProseField(
        label=_("Text"),
        rows=12,
        max_length=replying.MOST_CHARACTERS,
        help_text=_(
            "The greeting and our contact lines stand around it by themselves. Fill in every “…”."
        ),
    )


class ReplyVerb(SectionVerb):
    """A verb of one reply; the page shows the reply whatever is done with it."""

    permission = "offboarding.read_case"
    acts_with = "offboarding.send_notice"
    template_name = "desk/case/reply.html"
    title = _("Reply to the client")
    section = "reactions"

    reply: Reply
    faster: ChangedMeanwhile | None = None

    def find(self) -> None:
        """Read the reply, of this case only."""
        super().find()
        rows = self.case.replies.select_related("delivery", "reaction", "author")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such entry on this case."))
        self.reply = found
        self.reply.case = self.case

    def allow(self) -> None:
        """Let every reader of the case read; writing is for who sends."""
        super().allow()
        if self.request.method == "POST":
            policies.require(self.actor, self.acts_with, self.case)

    def refusals(self) -> Any:
        """Show it in every stage."""
        return iter(())

    def next_url(self) -> str:
        """Stay with the reply."""
        return reply_url(self.reply)

    def back_url(self) -> str:
        """Return to the reactions."""
        return reverse("desk:reactions", args=[self.case.reference])

    def initial(self) -> dict[str, Any]:
        """Remember at which version it was read."""
        return {"reply_version": self.reply.version}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version of the reply."""
        form.fields["reply_version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, or show what was written beside what somebody else wrote."""
        try:
            return super().post(request, *args, **kwargs)
        except ChangedMeanwhile as faster:
            self.faster = faster
            self.find()
            form = self._form(request.POST)
            form.is_valid()
            return self._page(form, HTTPStatus.CONFLICT)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the mail as it would leave, what is found in it, and when it would go."""
        reply = self.reply
        subject, mail = replying.preview(reply)
        kind = ReactionKind(reply.reaction.kind) if reply.reaction else None
        words = form
        # What was refused and is sent again was written against the version it was read at.
        written_at = reply.version
        if not isinstance(form, _Words):
            words = _Words(initial={"subject": reply.subject, "text": reply.text})
        elif form.is_bound and self.faster is None:
            written_at = form.cleaned_data.get("reply_version", reply.version)
        may_write = policies.may(self.actor, self.acts_with, self.case) and not self.case.is_ended
        return super().context(form) | {
            "reply": reply,
            "words_form": words,
            "written_at": written_at,
            "preview_subject": subject,
            "preview_text": mail,
            "findings": replying.findings_of(reply) if reply.text else [],
            "reasons": replying.reasons_not_to_send(reply) if reply.is_draft else [],
            "advice": ADVICE[kind] if kind else None,
            "needs_breather": breathing.is_needed(self.case),
            "departs_at": breathing.departure_of_a_reply(self.case),
            "may_write": may_write,
            "faster": self.faster,
            "blocks": list(text_blocks.blocks_of(self.case.team, language=reply.language))
            if may_write and reply.is_draft
            else [],
        }


class WriteReply(ReplyVerb):
    """Write a reply and look at it."""

    form_class = _Words
    button = _("Save")
    done = _("The reply is saved.")

    def initial(self) -> dict[str, Any]:
        """Show what it says."""
        words = {"subject": self.reply.subject, "text": self.reply.text}
        return super().initial() | words

    def perform(self, form: forms.Form) -> None:
        """Save it."""
        said = form.cleaned_data
        replying.edit_reply(
            self.reply,
            by=self.actor,
            expected_version=said["reply_version"],
            subject=said["subject"],
            text=said["text"],
        )


class _Block(forms.Form):
    block = forms.ModelChoiceField(label=_("Text block"), queryset=TextBlock.objects.none())

    def __init__(self, *args: Any, blocks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["block"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = blocks


class InsertBlock(ReplyVerb):
    """Put the words of a text block at the end of a reply."""

    form_class = _Block
    button = _("Insert")
    done = _("The words are at the end of your text.")

    def form_options(self) -> dict[str, Any]:
        """Offer what the team has in the reply's language."""
        return {"blocks": text_blocks.blocks_of(self.case.team, language=self.reply.language)}

    def perform(self, form: forms.Form) -> None:
        """Insert them."""
        replying.insert_block(
            self.reply,
            form.cleaned_data["block"],
            by=self.actor,
            expected_version=form.cleaned_data["reply_version"],
        )


class SendReply(ReplyVerb):
    """Put a reply into the outbox."""

    button = _("Put it into the outbox")
    done = _("The reply is in the outbox; until it departs you can take it back.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Queue it."""
        replying.send_reply(
            self.reply, by=self.actor, expected_version=form.cleaned_data["reply_version"]
        )


class TakeReplyBack(ReplyVerb):
    """Take a reply out of the outbox."""

    button = _("Take it back")
    done = _("The reply is a draft again; nothing has left.")

    def perform(self, form: forms.Form) -> None:
        """Take it back."""
        replying.take_reply_back(self.reply, by=self.actor)


_CASE = "cases/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path(f"{_CASE}replies/", BeginReply.as_view(), name="reply-begin"),
    path(f"{_CASE}reactions/<int:pk>/reply/", BeginReply.as_view(), name="reaction-reply"),
    path(f"{_CASE}replies/<int:pk>/", WriteReply.as_view(), name="reply"),
    path(f"{_CASE}replies/<int:pk>/insert/", InsertBlock.as_view(), name="reply-insert"),
    path(f"{_CASE}replies/<int:pk>/send/", SendReply.as_view(), name="reply-send"),
    path(f"{_CASE}replies/<int:pk>/take-back/", TakeReplyBack.as_view(), name="reply-take-back"),
]
