"""People at a client, and who of them receives notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from clients import services
from clients.models import Contact
from desk.clients.verbs import ClientVerb
from desk.frame.scoping import cases_of
from offboarding import returning


class ContactForm(forms.ModelForm):
    """What is known about a person at the client."""

    receives_notices = forms.BooleanField(
        label=_("Notices go to this person"),
        required=False,
        help_text=_("From now on; whoever received them before steps back."),
    )

    class Meta:
        model = Contact
        fields = ("name", "position", "email", "phone", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.receives_notices:
            # Somebody always receives them: it ends by choosing another person.
            del self.fields["receives_notices"]

    @property
    def values(self) -> dict[str, Any]:
        """What a service is asked to keep."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddContact(ClientVerb):
    """Add a person at the client."""

    form_class = ContactForm
    section = "contacts"
    title = _("New contact")
    button = _("Add contact")
    done = _("The contact is added.")

    def form_options(self) -> dict[str, Any]:
        """Check the form as a contact of this client."""
        return {"instance": Contact(client=self.client)}

    def initial(self) -> dict[str, Any]:
        """The first person of a client is usually the one to write to."""
        return {"receives_notices": not self.client.contacts.exists()}

    def perform(self, form: ContactForm) -> None:
        """Add the person."""
        contact = services.add_contact(
            self.client,
            by=self.actor,
            receives_notices=form.cleaned_data["receives_notices"],
            **form.values,
        )
        for match in returning.resembling(
            names=[], emails=[contact.email], cases=cases_of(self.request), leaving_out=self.client
        ):
            messages.warning(
                self.request,
                _("This address belongs to the house of %(client)s, who was ended: “%(said)s”.")
                % {
                    "client": match.closing.case.client,
                    "said": match.closing.get_way_back_display(),
                },
            )


class ContactVerb(ClientVerb):
    """A verb of one person at the client."""

    section = "contacts"

    def find(self) -> None:
        """Read the person through their client."""
        super().find()
        found = self.client.contacts.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such contact."))
        self.contact = found


class EditContact(ContactVerb):
    """Change what is known about a person."""

    form_class = ContactForm
    template_name = "desk/clients/contact_form.html"
    title = _("Edit contact")
    button = _("Save")
    done = _("The contact is saved.")

    def form_options(self) -> dict[str, Any]:
        """Fill the form with what is known."""
        return {"instance": Contact.objects.select_related("client").get(pk=self.contact.pk)}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the person."""
        return super().context(form) | {"contact": self.contact}

    def perform(self, form: ContactForm) -> None:
        """Save the person, and send the notices there if asked to."""
        changed = services.edit_contact(self.contact, by=self.actor, **form.values)
        if form.cleaned_data.get("receives_notices"):
            services.choose_notice_recipient(changed, by=self.actor)


class RemoveContact(ContactVerb):
    """Take a person off the client who was never written to."""

    title = _("Remove contact")
    is_destructive = True
    done = _("The contact is removed.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say who it is about."""
        intro = _text("%(name)s is taken off this client. The record keeps that they were here.")
        return super().context(form) | {"intro": intro % {"name": self.contact.name}}

    def perform(self, form: forms.Form) -> None:
        """Remove the person, unless a case refers to them."""
        services.remove_contact(self.contact, by=self.actor)


_CONTACT = "clients/<int:client_id>/contacts/"
urlpatterns: list[URLPattern] = [
    path(f"{_CONTACT}new/", AddContact.as_view(), name="client-contact-new"),
    path(f"{_CONTACT}<int:pk>/", EditContact.as_view(), name="client-contact"),
    path(f"{_CONTACT}<int:pk>/remove/", RemoveContact.as_view(), name="client-contact-remove"),
]
