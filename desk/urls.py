"""Addresses of this face: each module of one noun brings its own."""

from django.urls import URLPattern, URLResolver

from desk import calendar_feed, firm_settings, notifications, shortcuts
from desk.campaigns import enclosing as campaign_enclosing
from desk.campaigns import page as campaigns
from desk.campaigns import preparing as campaign_preparing
from desk.campaigns import reviews as campaign_reviews
from desk.campaigns import sending as campaign_sending
from desk.case import (
    deadlines,
    flags,
    new_case,
    notes,
    others,
    reactions,
    record,
    stages,
    tasks,
    watching,
)
from desk.case import page as case
from desk.clients import contacts, engagements, imports, invoices
from desk.clients import page as clients
from desk.evaluation import cure_letter, decision, remedies
from desk.evaluation import page as evaluation
from desk.follow_up import closing, closing_letter
from desk.follow_up import page as follow_up
from desk.frame import case_files
from desk.handover import page as handover
from desk.handover import papers, providers, releases
from desk.insights import page as insights
from desk.insights import playbook
from desk.lists import board, bulk, moving, palette, queue, queue_bulk, saved_views, search, tags
from desk.lists import cases as case_list
from desk.mail import attached_mails, inbox, mail_address, replies
from desk.notice import (
    accompanying,
    approvals,
    corrections,
    deliveries,
    receipts,
    registered_letters,
    text_blocks,
)
from desk.notice import approval as notice_approval
from desk.notice import blocks as notice_blocks
from desk.notice import page as notice
from desk.notice import sending as notice_sending
from desk.notice import sheets as notice_sheets
from desk.notice import versions as notice_versions
from desk.obligations import owed_by_client, settlement
from desk.obligations import page as obligations
from desk.post import numbers as post_numbers
from desk.post import page as post
from desk.post import reports as post_reports
from desk.post import runs as post_runs
from desk.post import service as post_service
from desk.post import slips as post_slips

app_name = "desk"

# The first match wins: pages with a fixed name under /cases/ stand before the case itself.
urlpatterns: list[URLPattern | URLResolver] = [
    *new_case.urlpatterns,
    *bulk.urlpatterns,
    *queue_bulk.urlpatterns,
    *saved_views.urlpatterns,
    *case.urlpatterns,
    *case_files.urlpatterns,
    *deadlines.urlpatterns,
    *notes.urlpatterns,
    *evaluation.urlpatterns,
    *attached_mails.urlpatterns,
    *remedies.urlpatterns,
    *decision.urlpatterns,
    *flags.urlpatterns,
    *record.urlpatterns,
    *stages.urlpatterns,
    *obligations.urlpatterns,
    *owed_by_client.urlpatterns,
    *settlement.urlpatterns,
    *others.urlpatterns,
    *handover.urlpatterns,
    *follow_up.urlpatterns,
    *closing.urlpatterns,
    *closing_letter.urlpatterns,
    *cure_letter.urlpatterns,
    *reactions.urlpatterns,
    *replies.urlpatterns,
    *text_blocks.urlpatterns,
    *tags.urlpatterns,
    *tasks.urlpatterns,
    *watching.urlpatterns,
    *board.urlpatterns,
    *moving.urlpatterns,
    *case_list.urlpatterns,
    *clients.urlpatterns,
    *contacts.urlpatterns,
    *engagements.urlpatterns,
    *firm_settings.urlpatterns,
    *imports.urlpatterns,
    *inbox.urlpatterns,
    *notifications.urlpatterns,
    *insights.urlpatterns,
    *invoices.urlpatterns,
    *mail_address.urlpatterns,
    *queue.urlpatterns,
    *palette.urlpatterns,
    *playbook.urlpatterns,
    *search.urlpatterns,
    *shortcuts.urlpatterns,
    *calendar_feed.urlpatterns,
    *approvals.urlpatterns,
    *campaign_enclosing.urlpatterns,
    *campaign_preparing.urlpatterns,
    *campaign_reviews.urlpatterns,
    *campaign_sending.urlpatterns,
    *campaigns.urlpatterns,
    *deliveries.urlpatterns,
    *notice.urlpatterns,
    *corrections.urlpatterns,
    *accompanying.urlpatterns,
    *notice_approval.urlpatterns,
    *notice_blocks.urlpatterns,
    *notice_sending.urlpatterns,
    *notice_sheets.urlpatterns,
    *notice_versions.urlpatterns,
    *post.urlpatterns,
    *post_numbers.urlpatterns,
    *post_reports.urlpatterns,
    *post_runs.urlpatterns,
    *post_service.urlpatterns,
    *post_slips.urlpatterns,
    *providers.urlpatterns,
    *receipts.urlpatterns,
    *registered_letters.urlpatterns,
    *papers.urlpatterns,
    *releases.urlpatterns,
]
