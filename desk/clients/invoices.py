"""Money asked from a client: recorded, corrected, paid."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit import clock
from clients import currencies, services
from clients.models import Invoice
from desk.clients.verbs import ClientVerb
from desk.frame.inputs import DayField

_WITH_THOUSANDS = re.compile(
    r"\d{1,3}(?P<sign>[.,' \u2019\u00a0\u202f])\d{3}(?:(?P=sign)\d{3})*(?!(?P=sign))[.,]\d{1,2}"
)
"""Such as 1.234,50 or 1,234.50: another sign stands between thousands than before the cents."""


class AmountField(forms.DecimalField):
    """An amount as people write it, with a point or a comma before the cents."""

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str) and (match := _WITH_THOUSANDS.fullmatch(value.strip())):
            value = value.strip().replace(match["sign"], "")
        if isinstance(value, str) and value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        return super().to_python(value)


class InvoiceForm(forms.ModelForm):
    """An invoice, its amount in the currency's usual unit."""

    amount = AmountField(
        label=_("Amount"),
        min_value=Decimal(0),
        max_digits=15,
        help_text=_("For example 1234.50"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Invoice
        fields = ("number", "issued_on", "due_on", "currency", "engagement")
        field_classes = {"issued_on": DayField, "due_on": DayField}
        labels = {"engagement": _("For which agreement")}

    field_order = ("number", "issued_on", "due_on", "amount", "currency", "engagement")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engagement = cast(forms.ModelChoiceField, self.fields["engagement"])
        engagement.queryset = self.instance.client.engagements.all()
        engagement.empty_label = _("None in particular")
        if self.instance.pk:
            digits = currencies.minor_unit_digits(self.instance.currency)
            self.initial["amount"] = Decimal(self.instance.amount_cents).scaleb(-digits)

    def clean_number(self) -> str:
        """Say beside the field what the database would say for the whole invoice."""
        number: str = self.cleaned_data["number"]
        others = self.instance.client.invoices.exclude(pk=self.instance.pk)
        if others.filter(number=number).exists():
            raise ValidationError(_("This client already has an invoice of this number."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, currency = cleaned.get("amount"), cleaned.get("currency")
        if amount is not None and currency:
            cents = currencies.smallest_units(amount, currency)
            if cents is None:
                self.add_error("amount", too_fine(currency))
            else:
                cleaned["amount_cents"] = cents
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What a service is asked to keep."""
        named = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return named | {"amount_cents": self.cleaned_data["amount_cents"]}


def too_fine(currency: str) -> str:
    """Say how many digits an amount in a currency may have after the point."""
    digits = currencies.minor_unit_digits(currency)
    if not digits:
        return _text(
            "%(currency)s has no smaller unit: write a whole number without a sign in it."
        ) % {"currency": currency}
    return ngettext(
        "%(currency)s has %(digits)d digit after the point; write no sign between thousands.",
        "%(currency)s has %(digits)d digits after the point; write no sign between thousands.",
        digits,
    ) % {"currency": currency, "digits": digits}


class RecordInvoice(ClientVerb):
    """Write an invoice down."""

    form_class = InvoiceForm
    section = "invoices"
    title = _("New invoice")
    button = _("Record invoice")
    done = _("The invoice is recorded.")

    def form_options(self) -> dict[str, Any]:
        """Check the form as an invoice of this client."""
        return {"instance": Invoice(client=self.client, currency=self.client.office.currency)}

    def perform(self, form: InvoiceForm) -> None:
        """Record it."""
        services.record_invoice(self.client, by=self.actor, **form.values)


class _OfInvoice(ClientVerb):
    section = "invoices"

    invoice: Invoice

    def find(self) -> None:
        """Read the invoice through its client."""
        super().find()
        found = (
            Invoice.objects.select_related("client__office")
            .filter(client=self.client, pk=self.kwargs["pk"])
            .first()
        )
        if found is None:
            raise Http404(_text("There is no such invoice."))
        self.invoice = found

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the invoice."""
        return super().context(form) | {"intro": _text("Invoice %s") % self.invoice.number}


class EditInvoice(_OfInvoice):
    """Correct an invoice."""

    form_class = InvoiceForm
    title = _("Edit invoice")
    button = _("Save")
    done = _("The invoice is saved.")

    def form_options(self) -> dict[str, Any]:
        """Fill the form with what is known."""
        return {"instance": self.invoice}

    def perform(self, form: InvoiceForm) -> None:
        """Save it."""
        services.edit_invoice(self.invoice, by=self.actor, **form.values)


class PaidForm(forms.Form):
    """The day the money came."""

    paid_on = DayField(label=_("Paid on"))


class MarkPaid(_OfInvoice):
    """Write down that an invoice was paid."""

    form_class = PaidForm
    title = _("Invoice paid")
    button = _("Mark as paid")
    done = _("The invoice is paid.")

    def initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"paid_on": clock.today(self.client.office.time_zone)}

    def perform(self, form: PaidForm) -> None:
        """Keep the day."""
        services.mark_invoice_paid(
            self.invoice, by=self.actor, paid_on=form.cleaned_data["paid_on"]
        )


class ReopenForm(forms.Form):
    """Why an invoice is open again."""

    reason = forms.CharField(
        label=_("Why is it open again?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenInvoice(_OfInvoice):
    """Take back that an invoice was paid."""

    form_class = ReopenForm
    title = _("Invoice not paid after all")
    button = _("Open it again")
    done = _("The invoice is open again.")

    def perform(self, form: ReopenForm) -> None:
        """Open it, with the reason on record."""
        services.mark_invoice_open(self.invoice, by=self.actor, reason=form.cleaned_data["reason"])


_INVOICE = "clients/<int:client_id>/invoices/"
urlpatterns: list[URLPattern] = [
    path(f"{_INVOICE}new/", RecordInvoice.as_view(), name="client-invoice-new"),
    path(f"{_INVOICE}<int:pk>/", EditInvoice.as_view(), name="client-invoice"),
    path(f"{_INVOICE}<int:pk>/paid/", MarkPaid.as_view(), name="client-invoice-paid"),
    path(f"{_INVOICE}<int:pk>/reopen/", ReopenInvoice.as_view(), name="client-invoice-reopen"),
]
