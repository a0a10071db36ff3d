"""How every form of the staff's and the clients' pages is drawn.

Only the frame of forms and fields is ours; widgets stay Django's, and the admin, which draws its
own frames, stays stock.
"""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting

FIELD_TEMPLATE = "desk/forms/field.html"


class FormRenderer(TemplatesSetting):
    """Draws a form as an error summary followed by its field groups."""

    form_template_name = "desk/forms/form.html"
    field_template_name = FIELD_TEMPLATE
