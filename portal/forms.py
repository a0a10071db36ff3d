"""What a client can type; every form speaks the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from notices.pages import authenticity
from notices.services.receipt import LONGEST_NAME, LONGEST_TEXT
from portal.limits import MOST_FILE_BYTES
from portal.phrases import Phrases


class _Spoken(forms.Form):
    """A form whose labels and refusals are the page's own sentences."""

    prefix_of_ids = ""

    def __init__(self, *args: Any, words: Phrases, contact: str = "", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.prefix_of_ids}-%s", **kwargs)
        self.words = words
        self.speak(words, contact)

    def speak(self, words: Phrases, contact: str) -> None:
        """Fill in labels, hints and error messages."""

    def _say(self, name: str, label: str, hint: str = "", **messages: str) -> None:
        field = self.fields[name]
        field.label, field.help_text = label, hint
        field.error_messages |= messages


def _name(*, required: bool) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_NAME,
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _text(*, required: bool = True) -> forms.CharField:
    return forms.CharField(max_length=LONGEST_TEXT, required=required, widget=forms.Textarea)


HIDDEN = "remark"
"""The field that no person sees; programs that fill in everything fill it in too."""


def fills_the_hidden(posted: Mapping[str, str]) -> bool:
    """Tell whether the field was filled in that people do not see."""
    return bool(posted.get(HIDDEN, "").strip())


class _ByAPerson(_Spoken):
    """A form with a field that people leave empty, because they do not see it."""

    remark = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )

    def __init__(self, *args: Any, words: Phrases, **kwargs: Any) -> None:
        super().__init__(*args, words=words, **kwargs)
        self.fields[HIDDEN].label = words.leave_empty
        # Last, so that a page without its style sheet asks for what matters first.
        self.order_fields([name for name in self.fields if name != HIDDEN])


class ConfirmationForm(_ByAPerson):
    """A name and an unticked box."""

    prefix_of_ids = "confirm"
    name = _name(required=True)
    is_authorised = forms.BooleanField()

    def speak(self, words: Phrases, contact: str) -> None:
        self._say("name", words.name, required=words.name_missing, max_length=words.name_too_long)
        self._say("is_authorised", words.box, required=words.box_missing)


class _WordsForm(_ByAPerson):
    """A few words, and a name if the writer likes."""

    text = _text()
    name = _name(required=False)

    def _speak_of(self, words: Phrases, label: str, hint: str = "") -> None:
        self._say("text", label, hint, required=words.text_missing, max_length=words.text_too_long)
        self._say("name", words.your_name, max_length=words.name_too_long)


class QuestionForm(_WordsForm):
    """Something the client wants to know."""

    prefix_of_ids = "question"

    def speak(self, words: Phrases, contact: str) -> None:
        self._speak_of(words, words.question, words.question_hint.format(name=contact))


class WrongPersonForm(_WordsForm):
    """Who should get the letter instead."""

    prefix_of_ids = "person"

    def speak(self, words: Phrases, contact: str) -> None:
        self._speak_of(words, words.person)


class DisputeForm(_WordsForm):
    """What the client contests."""

    prefix_of_ids = "dispute"

    def speak(self, words: Phrases, contact: str) -> None:
        self._speak_of(words, words.dispute)


class NotMeForm(_ByAPerson):
    """An unticked box, and what we should know about a confirmation by somebody else."""

    prefix_of_ids = "not-me"
    is_sure = forms.BooleanField()
    text = _text(required=False)

    def speak(self, words: Phrases, contact: str) -> None:
        self._say("is_sure", words.not_me_box, required=words.not_me_box_missing)
        self._say("text", words.not_me_words, max_length=words.text_too_long)


class CodeForm(_Spoken):
    """The code from the paper."""

    prefix_of_ids = "code"
    code = forms.CharField(
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def speak(self, words: Phrases, contact: str) -> None:
        self._say(
            "code",
            words.code,
            words.code_hint,
            required=words.code_missing,
            max_length=words.code_wrong,
        )


class CheckForm(_Spoken):
    """A checksum or a file to compare with what we sealed."""

    prefix_of_ids = "check"
    sha256 = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def speak(self, words: Phrases, contact: str) -> None:
        self._say("sha256", words.checksum, words.checksum_hint, max_length=words.check_malformed)
        self._say("file", words.file, words.file_hint)

    def clean_sha256(self) -> str:
        typed = str(self.cleaned_data["sha256"])
        checksum = authenticity.tidy(typed)
        if typed and not checksum:
            raise forms.ValidationError(self.words.check_malformed)
        return checksum

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size == 0:
            raise forms.ValidationError(self.words.check_empty_file)
        if file is not None and file.size > MOST_FILE_BYTES:
            raise forms.ValidationError(self.words.check_too_large)
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors:
            if said["sha256"] and said["file"]:
                self.add_error("sha256", self.words.check_both)
            elif not said["sha256"] and said["file"] is None:
                self.add_error("sha256", self.words.check_missing)
        return said
