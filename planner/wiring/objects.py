"""Every kind of object people meet, and what is destroyed with what."""

from __future__ import annotations

from planner.base.kinds import Kind
from planner.base.words import _l
from planner.bots.models import Bot, BotLine, BotPush, BotState
from planner.checklists.models import Checklist, ChecklistItem, SopTemplate
from planner.checklists.words import title_of
from planner.discussions import words as discussion_words
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.figures.models import Cause
from planner.figures.words import cause_word
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import (
    Channel,
    LineupItem,
    LiveSession,
    LogPhoto,
    NoteKind,
    SeriesPart,
    SessionTag,
    SessionTarget,
    Shift,
    Studio,
)
from planner.outcomes.models import Finding
from planner.outcomes.words import (
    finding_title,
)
from planner.people.models import Position, Station, User
from planner.people.words import position_word
from planner.plan.models import (
    Carried,
    CheckIn,
    Evidence,
    Goal,
    GoalLink,
    OwnMetric,
    OwnValue,
    Period,
    Phase,
    PhaseCriterion,
    Step,
    StepHelper,
    StepLine,
    StepLink,
    StepTag,
    Target,
    TargetClosing,
)
from planner.resources.models import (
    Budget,
    BudgetCategory,
    BudgetTransfer,
    Envelope,
    EnvelopeDraw,
    RequestCopy,
    RequestLine,
    RequestQuote,
    RequestTemplate,
    RequestVerdict,
    ResourceRequest,
    StudioKit,
)
from planner.resources.queries.reading import readable_by
from planner.resources.words import category_name
from planner.saved.models import SavedDefault, SavedView

KINDS = (
    Kind(
        "session",
        _l("Session"),
        "calendar",
        "live.session",
        "session_id",
        LiveSession,
        P.SESSION_VIEW,
        lambda r: r.theme,
        discussed=True,
    ),
    Kind("channel", _l("Channel"), "radio", "live.channel", "channel_id", Channel, P.SESSION_VIEW, lambda r: r.name),
    Kind("studio", _l("Studio"), "video", "live.studio", "studio_id", Studio, P.SESSION_VIEW, lambda r: r.name),
    Kind("goal", _l("Goal"), "target", "plan.goal", "goal_id", Goal, P.PLAN_VIEW, lambda r: r.title, True),
    Kind("step", _l("Step"), "list-checks", "plan.step", "step_id", Step, P.PLAN_VIEW, lambda r: r.title, True),
    Kind("period", _l("Period"), "calendar", "plan.period", "period_id", Period, P.PLAN_VIEW, lambda r: r.name),
    Kind(
        "request",
        _l("Request"),
        "receipt",
        "resources.request",
        "request_id",
        ResourceRequest,
        P.REQUEST_VIEW,
        lambda r: r.title,
        True,
        readable=readable_by,
    ),
    Kind(
        "request_template",
        _l("Request template"),
        "bookmark",
        "resources.templates",
        "",
        RequestTemplate,
        P.REQUEST_VIEW,
        lambda r: r.name,
    ),
    Kind(
        "kit",
        _l("Piece of kit"),
        "box",
        "resources.piece_of_kit",
        "kit_id",
        StudioKit,
        P.SESSION_VIEW,
        lambda r: r.name,
        discussed=True,
    ),
    Kind("draw", _l("Draw"), "wallet", "resources.one_draw", "draw_id", EnvelopeDraw, P.REQUEST_VIEW),
    Kind("budget", _l("Budget"), "wallet", "resources.ledger", "budget_id", Budget, P.BUDGET_VIEW),
    Kind(
        "budget_transfer",
        _l("Transfer between budgets"),
        "arrow-right",
        "resources.between_budgets",
        "transfer_id",
        BudgetTransfer,
        P.BUDGET_VIEW,
    ),
    Kind(
        "budget_category",
        _l("Budget category"),
        "tag",
        "resources.categories",
        "",
        BudgetCategory,
        P.BUDGET_VIEW,
        lambda r: category_name(r.key, r.name),
    ),
    Kind("phase", _l("Phase"), "flag", "plan.index", "", Phase, P.PLAN_VIEW, lambda r: r.name),
    Kind("own_metric", _l("Own figure"), "gauge", "plan.own_metrics", "", OwnMetric, P.PLAN_VIEW, lambda r: r.name),
    Kind(
        "finding",
        _l("Finding"),
        "lightbulb",
        "outcomes.finding",
        "finding_id",
        Finding,
        P.RESULT_VIEW,
        finding_title,
        discussed=True,
    ),
    Kind(
        "comment",
        _l("Comment"),
        "message-circle",
        "discussions.comment",
        "comment_id",
        Comment,
        P.COMMENT_VIEW,
        lambda r: discussion_words.title(r.text),
        hangs=True,
    ),
    Kind(
        "attachment",
        _l("File"),
        "paperclip",
        "discussions.attachment",
        "attachment_id",
        Attachment,
        P.COMMENT_VIEW,
        lambda r: r.name,
        hangs=True,
    ),
    Kind(
        "link",
        _l("Link"),
        "link",
        "discussions.link",
        "object_link_id",
        ObjectLink,
        P.COMMENT_VIEW,
        discussion_words.link_title,
        hangs=True,
    ),
    Kind(
        "sop",
        _l("SOP"),
        "clipboard-list",
        "checklists.sop",
        "template_id",
        SopTemplate,
        P.CHECKLIST_VIEW,
        lambda r: r.name,
    ),
    Kind(
        "checklist_item",
        _l("Checklist item"),
        "list-checks",
        "checklists.item",
        "item_id",
        ChecklistItem,
        P.CHECKLIST_VIEW,
        lambda r: title_of(r.title, r.title_en),
        discussed=True,
        within=(ChecklistItem.session_id, LiveSession),
    ),
    Kind(
        "cause",
        _l("Cause"),
        "lightbulb",
        "settings.causes",
        "",
        Cause,
        P.FIGURES_VIEW,
        lambda r: cause_word(r.key, r.name),
    ),
    Kind(
        "log_kind",
        _l("Kind of note"),
        "pencil",
        "live.log_kinds",
        "",
        NoteKind,
        P.SESSION_VIEW,
        lambda r: live.kind_word(r.key, r.name),
    ),
    Kind("log_photo", _l("Photo"), "camera", "live.photo", "photo_id", LogPhoto, P.SESSION_VIEW, lambda r: r.name),
    Kind(
        "position",
        _l("Position"),
        "user-check",
        "people.positions",
        "",
        Position,
        P.PEOPLE_VIEW,
        lambda r: position_word(r.key, r.name),
    ),
    Kind(
        "station",
        _l("Station"),
        "monitor",
        "people.edit_station",
        "station_id",
        Station,
        P.PEOPLE_MANAGE,
        lambda r: r.name,
    ),
    Kind(
        "saved_view", _l("Saved view"), "bookmark", "saved.view", "view_id", SavedView, P.TRASH_VIEW, lambda r: r.name
    ),
    Kind("bot", _l("Group bot"), "megaphone", "bots.bot", "bot_id", Bot, P.TEAM_EDIT, lambda r: r.name),
    Kind("person", _l("Person"), "user", "people.person", "user_id", User, P.PEOPLE_VIEW, lambda r: r.name),
)


PARTS = (
    (
        LiveSession,
        SessionTag.session_id,
        Shift.session_id,
        SessionTarget.session_id,
        LineupItem.session_id,
        SeriesPart.session_id,
        Checklist.session_id,
        GoalLink.session_id,
    ),
    (Checklist, ChecklistItem.checklist_id),
    (Period, Carried.period_id),
    (Goal, GoalLink.goal_id, OwnValue.goal_id, CheckIn.goal_id, TargetClosing.goal_id, Target.goal_id),
    (Phase, GoalLink.phase_id, PhaseCriterion.phase_id),
    (Bot, BotState.bot_id, BotPush.bot_id, BotLine.bot_id),
    (Target, Evidence.target_id),
    (
        ResourceRequest,
        RequestLine.request_id,
        RequestQuote.request_id,
        RequestCopy.request_id,
        RequestVerdict.request_id,
        Envelope.request_id,
    ),
    (SavedView, SavedDefault.view_id),
    (Step, StepLine.step_id, StepTag.step_id, StepHelper.step_id, StepLink.step_id, StepLink.on_id),
)
"""What is destroyed with its whole. A row that anything else still names stays, out of sight."""
