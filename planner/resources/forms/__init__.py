"""Forms of requests, decisions and budgets: shape and spelling only."""

from planner.base.forms import typed_rows
from planner.resources.forms.after import CloseForm, FactForm, MoreForm, OrderForm, PayForm, ReasonForm, ReceiveForm
from planner.resources.forms.budgets import (
    AllocateForm,
    AnswerForm,
    BringForm,
    CarryForm,
    CategoryForm,
    DecideForm,
    TransferForm,
)
from planner.resources.forms.decisions import DecisionForm, DelegationForm, PersonForm, ReturnForm
from planner.resources.forms.envelopes import (
    AheadForm,
    CorrectionForm,
    CreditBackForm,
    CreditForm,
    DrawForm,
    EnvelopeForm,
    envelope_data,
)
from planner.resources.forms.hours import WorkDaysForm, WorkWeekForm, clock_word
from planner.resources.forms.kit import KitForm, MoveKitForm, PartForm, PartWithForm, PutAwayForm, RepairForm
from planner.resources.forms.policies import LEVEL, LISTS, PolicyForm, TryForm, level_rows, read_levels, rows_of_levels
from planner.resources.forms.requests import (
    LINE,
    QUOTE,
    NewRequestForm,
    RequestForm,
    has_unfinished,
    has_unread,
    rows_of_lines,
    rows_of_quotes,
    said_rows,
)
from planner.resources.forms.templates import TemplateForm

__all__ = [
    "LEVEL",
    "LINE",
    "LISTS",
    "QUOTE",
    "AheadForm",
    "AllocateForm",
    "AnswerForm",
    "BringForm",
    "CarryForm",
    "CategoryForm",
    "CloseForm",
    "CorrectionForm",
    "CreditBackForm",
    "CreditForm",
    "DecideForm",
    "DecisionForm",
    "DelegationForm",
    "DrawForm",
    "EnvelopeForm",
    "FactForm",
    "KitForm",
    "MoreForm",
    "MoveKitForm",
    "NewRequestForm",
    "OrderForm",
    "PartForm",
    "PartWithForm",
    "PayForm",
    "PersonForm",
    "PolicyForm",
    "PutAwayForm",
    "ReasonForm",
    "ReceiveForm",
    "RepairForm",
    "RequestForm",
    "ReturnForm",
    "TemplateForm",
    "TransferForm",
    "TryForm",
    "WorkDaysForm",
    "WorkWeekForm",
    "clock_word",
    "envelope_data",
    "has_unfinished",
    "has_unread",
    "level_rows",
    "read_levels",
    "rows_of_levels",
    "rows_of_lines",
    "rows_of_quotes",
    "said_rows",
    "typed_rows",
]
