"""What leaves in writing, and what comes back."""

from notices.models.accompanying import CopyReader, NoticeCopy, NoticeEnclosure
from notices.models.approval_request import (
    ApprovalOutcome,
    ApprovalRequest,
    ApproverLook,
    NoticeEditor,
)
from notices.models.attached_mail import AttachedMail
from notices.models.campaign import (
    MOST_A_MINUTE,
    CampaignEnclosure,
    CampaignLetter,
    CampaignSending,
    LetterState,
)
from notices.models.case_address import CaseMailAddress
from notices.models.chase import Chase
from notices.models.confirmation import Confirmation
from notices.models.correction import Correction, CorrectionReason
from notices.models.decision_paper import DecisionPaper
from notices.models.delivery import (
    IN_MOTION,
    LEFT_US,
    MAY_HAVE_LEFT,
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
)
from notices.models.digest import Digest, DigestChoice, DigestState, Rhythm
from notices.models.handover_paper import PaperKind, PaperOrder, SealedPaper
from notices.models.inbound import (
    InboundKind,
    InboundMail,
    InboundOutcome,
    MailboxMark,
    MatchedBy,
)
from notices.models.letter import Letter, ReceiptSlip
from notices.models.message import Message, MessageKind
from notices.models.model_notice import ModelNotice
from notices.models.notice import SEALED, Notice, NoticeKind, NoticeState
from notices.models.print_run import LeftOut, PostingList, PrintRun, PrintRunLetter
from notices.models.rendering import SUPERSEDED, RenderedPage, Rendering, RenderingPurpose
from notices.models.reply import Reply
from notices.models.service_order import (
    AT_THE_SERVICE,
    CLOSED_ORDERS,
    ServiceOrder,
    ServiceState,
)
from notices.models.slip_scan import (
    OPEN_SCANS,
    CarrierReport,
    ReportState,
    ScanState,
    SlipScan,
)
from notices.models.text_block import TextBlock, TextBlockKind, TextBlockVersion
from notices.models.version import NoticeVersion, VersionKind, Writer
from notices.models.wording import CheckOverride, PatternLanguage, PatternLevel, WordingPattern

__all__ = [
    "AT_THE_SERVICE",
    "CLOSED_ORDERS",
    "IN_MOTION",
    "LEFT_US",
    "MAY_HAVE_LEFT",
    "MOST_A_MINUTE",
    "OPEN_SCANS",
    "SEALED",
    "SUPERSEDED",
    "ApprovalOutcome",
    "ApprovalRequest",
    "ApproverLook",
    "AttachedMail",
    "CampaignEnclosure",
    "CampaignLetter",
    "CampaignSending",
    "CarrierReport",
    "CaseMailAddress",
    "Channel",
    "Chase",
    "CheckOverride",
    "Confirmation",
    "CopyReader",
    "Correction",
    "CorrectionReason",
    "DecisionPaper",
    "Delivery",
    "DeliveryEvent",
    "DeliveryState",
    "Digest",
    "DigestChoice",
    "DigestState",
    "InboundKind",
    "InboundMail",
    "InboundOutcome",
    "LeftOut",
    "Letter",
    "LetterState",
    "MailboxMark",
    "MatchedBy",
    "Message",
    "MessageKind",
    "ModelNotice",
    "Notice",
    "NoticeCopy",
    "NoticeEditor",
    "NoticeEnclosure",
    "NoticeKind",
    "NoticeState",
    "NoticeVersion",
    "PaperKind",
    "PaperOrder",
    "PatternLanguage",
    "PatternLevel",
    "PostingList",
    "PrintRun",
    "PrintRunLetter",
    "ReceiptSlip",
    "RenderedPage",
    "Rendering",
    "RenderingPurpose",
    "Reply",
    "ReportState",
    "Rhythm",
    "ScanState",
    "SealedPaper",
    "ServiceOrder",
    "ServiceState",
    "SlipScan",
    "TextBlock",
    "TextBlockKind",
    "TextBlockVersion",
    "VersionKind",
    "WordingPattern",
    "Writer",
]
