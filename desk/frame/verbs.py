"""One verb, one form, one address.

GET shows the form and changes nothing. POST checks it, calls one service and goes on with 303.
What a person typed wrong is said beside the field, with everything they typed kept (422). What the
rules refuse is said by `desk.frame.middleware` (409, 403).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from accounts import reauthentication
from audit.models import AuditEvent
from desk.frame import meanwhile, submissions
from desk.frame.places import case_url
from desk.frame.scoping import actor_of, case_or_404, person_of
from offboarding import policies
from offboarding.errors import InvalidInput
from offboarding.models import TerminationCase
from offboarding.services.locking import locked, stream_of

Words = str | Promise


def in_zone(name: str | None) -> AbstractContextManager[Any]:
    """Tell times by the clock of a zone; without one, by that of whoever reads."""
    return timezone.override(name) if name else nullcontext()


class HttpResponseSeeOther(HttpResponseRedirect):
    """After a POST: look there, with GET."""

    status_code = HTTPStatus.SEE_OTHER


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on after something was done."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return HttpResponseSeeOther(url)


def say_beside(form: forms.BaseForm, invalid: InvalidInput | ValidationError) -> None:
    """Put what a service refused beside the field it is about, or at the head of the form."""
    if isinstance(invalid, InvalidInput):
        refused = {invalid.field: [invalid.message]}
    elif hasattr(invalid, "error_dict"):
        refused = invalid.message_dict
    else:
        refused = {"": invalid.messages}
    for field, sentences in refused.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


class Verb(View):
    """The frame of a page that does one thing.

    Override `find`, `allow` and `perform`; the class attributes are the words of the page.
    """

    http_method_names = ["get", "head", "post", "options"]

    form_class: type[forms.Form] = forms.Form
    template_name = "desk/verb.html"
    title: ClassVar[Words] = ""
    intro: ClassVar[Words] = ""
    button: ClassVar[Words] = ""
    done: ClassVar[Words] = ""
    """What the next page says when it is done."""
    is_destructive: ClassVar[bool] = False
    is_irreversible: ClassVar[bool] = False
    """The form is refused without its key, so that it cannot be done twice by mistake."""
    both: meanwhile.BothVersions | None = None
    """What somebody else changed since the form was opened, once that is found."""
    edits: ClassVar[tuple[str, ...]] = ()
    """The fields that overwrite what is stored; who saves second sees both versions."""
    recorded_as: ClassVar[tuple[str, ...]] = ()
    """What the record calls such a change, so that it can be said whose it was."""
    asks_who_it_is: ClassVar[bool] = False
    """Nobody gets here who has not shown again, in the last minutes, that it is them."""

    # -- what a verb says for itself ---------------------------------------------------------------

    def find(self) -> None:
        """Read what the verb acts on, through the scope of the person; 404 when there is none."""

    def allow(self) -> None:
        """Stop a person who may not do this, before anything is shown or read."""

    def perform(self, form: Any) -> str | None:
        """Call the service; return where to go next, or None for `next_url`."""
        raise NotImplementedError

    def next_url(self) -> str:
        """Return where the person goes when it is done."""
        raise NotImplementedError

    def form_options(self) -> dict[str, Any]:
        """Return what the form needs besides what was sent."""
        return {}

    def initial(self) -> dict[str, Any]:
        """Return what the form shows when it is opened."""
        return {}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Return what the template needs besides the frame's own words."""
        return {}

    # -- the frame ---------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, allow, then answer."""
        self.actor = actor_of(request)
        self.find()
        self.allow()
        if self.asks_again():
            reauthentication.require_recent(request)
        with in_zone(self.time_zone()):
            return super().dispatch(request, *args, **kwargs)

    def asks_again(self) -> bool:
        """Tell whether this request waits until the person has shown again that it is them."""
        return self.asks_who_it_is

    def time_zone(self) -> str | None:
        """Name the zone in which dates and times of this page are meant."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self._page(self._form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it once, or say what is wrong."""
        person, content = person_of(request), submissions.content_of(request)
        key = request.POST.get(submissions.KEY, "")
        done_before = submissions.outcome_of(person, key, path=request.path, content=content)
        if done_before is not None:
            return see_other(request, done_before)
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            url = submissions.once(
                person,
                form.cleaned_data.get(submissions.KEY),
                lambda: self._do(form),
                path=request.path,
                content=content,
            )
        except (InvalidInput, ValidationError) as invalid:
            say_beside(form, invalid)
            return self._page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        except meanwhile.BothVersions as both:
            self.both = both
            return self._page(form, HTTPStatus.CONFLICT)
        except submissions.SentOtherwise:
            form.add_error(
                None,
                _(
                    "This page was sent before, and that was done. What it says now is different: "
                    "send it again if you want this too."
                ),
            )
            form.data = form.data.copy()
            form.data[submissions.KEY] = submissions.new_key()
            return self._page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        if self.done:
            messages.success(request, self.done)
        return see_other(request, url)

    def _do(self, form: forms.Form) -> str:
        self.check_meanwhile(form)
        return self.perform(form) or self.next_url()

    def check_meanwhile(self, form: forms.Form) -> None:
        """Read again, under its lock, what this form would overwrite.

        Raises:
            BothVersions: somebody changed it since the form was opened.
        """
        if not (self.edits and form.cleaned_data.get(meanwhile.SEEN)):
            return
        self.lock()
        self.find()
        now = self.initial()
        found = meanwhile.differences(form, now, self.edits)
        if found:
            last = (
                self.told()
                .filter(action__in=self.recorded_as)
                .select_related("detail", "actor_user")
                .order_by("-seq")
                .first()
            )
            who, when = (last.actor_name, last.at) if last else ("", None)
            both = meanwhile.BothVersions(found, who=who, when=when)
            meanwhile.take_theirs(form, both, now)
            raise both

    def lock(self) -> None:
        """Let nobody else change what this form edits until it is saved."""
        raise NotImplementedError

    def told(self) -> QuerySet[AuditEvent]:
        """Return what the record tells of what this form edits."""
        raise NotImplementedError

    def _form(self, data: Any = None, files: Any = None) -> forms.Form:
        initial = {submissions.KEY: submissions.new_key(), **self.initial()}
        form = self.form_class(data, files, initial=initial, **self.form_options())
        form.fields[submissions.KEY] = forms.UUIDField(
            widget=forms.HiddenInput, required=self.is_irreversible
        )
        self.add_hidden_fields(form)
        if self.edits:
            form.fields[meanwhile.SEEN] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=2000
            )
            form.initial[meanwhile.SEEN] = meanwhile.seen_of(form.initial, self.edits)
        return form

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Add what the form carries unseen, such as the version of what it changes."""

    def _page(self, form: forms.Form, status: int = HTTPStatus.OK) -> HttpResponse:
        context = {
            "form": form,
            "verb": self,
            "title": self.title,
            "intro": self.intro,
            "button": self.button or self.title,
            "back_url": self.back_url(),
            "both": self.both,
            **self.context(form),
        }
        response = render(self.request, self.template_name, context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response

    def back_url(self) -> str:
        """Return where the person goes who thinks better of it."""
        return self.next_url()


class CaseVerb(Verb):
    """A verb of one case, under its address `/cases/<reference>/…`."""

    permission: ClassVar[str] = "offboarding.work_on_case"
    moves_the_case: ClassVar[bool] = False
    """The form carries the version of the case it was opened at; another one answers 409."""
    section: ClassVar[str] = ""
    """The section of the case page to return to."""

    case: TerminationCase

    def find(self) -> None:
        """Read the case named in the address."""
        self.case = case_or_404(self.request, self.kwargs["reference"])

    def allow(self) -> None:
        """Ask the policies; services ask them again inside the case's lock."""
        policies.require(self.actor, self.permission, self.case)

    def time_zone(self) -> str:
        """Mean dates and times as at the sending office."""
        return self.case.time_zone

    def next_url(self) -> str:
        """Return to the case, at the section the verb belongs to."""
        return case_url(self.case.reference, self.section)

    def initial(self) -> dict[str, Any]:
        """Remember at which version the form was opened."""
        return {"version": self.case.version} if self.moves_the_case else {}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version in every form that moves the case."""
        if self.moves_the_case:
            form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def lock(self) -> None:
        """Let nobody else change the case."""
        locked(self.case)

    def told(self) -> QuerySet[AuditEvent]:
        """Return the case's record."""
        return AuditEvent.objects.filter(stream=stream_of(self.case))

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the case at the head of the page, and where others on it are asked for."""
        others = reverse("desk:others-here", args=[self.case.reference])
        return {"case": self.case, "others_url": others}
