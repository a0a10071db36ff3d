"""The nouns of an ending, one a file."""

from offboarding.models.access import AccessItem
from offboarding.models.batch import Batch, BatchKind, BatchRow
from offboarding.models.campaign import (
    Campaign,
    CampaignClient,
    CampaignReview,
    CampaignReviewItem,
    CampaignState,
    ClientState,
    EffectiveRule,
    ItemState,
    ReviewKind,
)
from offboarding.models.case import CaseNumber, InitiatedBy, StateMoveForbidden, TerminationCase
from offboarding.models.case_count import CaseCount, CaseCountChange
from offboarding.models.case_file import CaseFile
from offboarding.models.closing import Closing, TheirProperty, WayBack
from offboarding.models.communication import Communication, Direction, Medium
from offboarding.models.deadline import ClientDeadline
from offboarding.models.decision import Decision, Verdict
from offboarding.models.disposal import DataCategory, Disposal
from offboarding.models.evidence import Bearing, Evidence, Remedy, RemedyState
from offboarding.models.feedback import Feedback, HasEverything
from offboarding.models.follow_up import FollowUp, Question
from offboarding.models.ground import (
    ChecklistItem,
    Disclosure,
    Party,
    ServiceChecklist,
    TerminationGround,
)
from offboarding.models.handover import (
    Fit,
    HandoverItem,
    HandoverState,
    Provider,
    Receiver,
    RecommendedProvider,
    ServiceFit,
    Successor,
)
from offboarding.models.lesson import Avoidable, Lesson
from offboarding.models.link import ClientLink, LinkPurpose
from offboarding.models.measure import MeasureState, PreventiveMeasure
from offboarding.models.note import CaseNote, Mention
from offboarding.models.notification import Notification, NotificationKind
from offboarding.models.obligation import MoneyKind, Obligation, ObligationState
from offboarding.models.proof import COUNTS_BY_ITSELF, Grade, ProofKind, ProofOfReceipt
from offboarding.models.reaction import Reaction, ReactionKind
from offboarding.models.release import (
    Download,
    DownloadCode,
    FetchedFile,
    HandoverRelease,
    ReleasedFile,
)
from offboarding.models.search_entry import SearchEntry, SearchKind
from offboarding.models.service_rule import CountingChoice, ServiceChannel, ServiceRule
from offboarding.models.settlement import SettlementStatement
from offboarding.models.stage_stay import StageStay
from offboarding.models.stage_target import StageTarget
from offboarding.models.tag import Tag, Tone
from offboarding.models.task import Task, TaskKind
from offboarding.models.watcher import Watcher

__all__ = [
    "COUNTS_BY_ITSELF",
    "AccessItem",
    "Avoidable",
    "Batch",
    "BatchKind",
    "BatchRow",
    "Bearing",
    "Campaign",
    "CampaignClient",
    "CampaignReview",
    "CampaignReviewItem",
    "CampaignState",
    "CaseCount",
    "CaseCountChange",
    "CaseFile",
    "CaseNote",
    "CaseNumber",
    "ChecklistItem",
    "ClientDeadline",
    "ClientLink",
    "ClientState",
    "Closing",
    "Communication",
    "CountingChoice",
    "DataCategory",
    "Decision",
    "Direction",
    "Disclosure",
    "Disposal",
    "Download",
    "DownloadCode",
    "EffectiveRule",
    "Evidence",
    "Feedback",
    "FetchedFile",
    "Fit",
    "FollowUp",
    "Grade",
    "HandoverItem",
    "HandoverRelease",
    "HandoverState",
    "HasEverything",
    "InitiatedBy",
    "ItemState",
    "Lesson",
    "LinkPurpose",
    "MeasureState",
    "Medium",
    "Mention",
    "MoneyKind",
    "Notification",
    "NotificationKind",
    "Obligation",
    "ObligationState",
    "Party",
    "PreventiveMeasure",
    "ProofKind",
    "ProofOfReceipt",
    "Provider",
    "Question",
    "Reaction",
    "ReactionKind",
    "Receiver",
    "RecommendedProvider",
    "ReleasedFile",
    "Remedy",
    "RemedyState",
    "ReviewKind",
    "SearchEntry",
    "SearchKind",
    "ServiceChannel",
    "ServiceChecklist",
    "ServiceFit",
    "ServiceRule",
    "SettlementStatement",
    "StageStay",
    "StageTarget",
    "StateMoveForbidden",
    "Successor",
    "Tag",
    "Task",
    "TaskKind",
    "TerminationCase",
    "TerminationGround",
    "TheirProperty",
    "Tone",
    "Verdict",
    "Watcher",
    "WayBack",
]
