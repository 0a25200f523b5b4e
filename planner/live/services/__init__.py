"""What can be done with sessions."""

from planner.live.services.air import end_live, go_live, resume_live, take_back_end, take_back_live
from planner.live.services.crew import ShiftIn, set_crew
from planner.live.services.following import cancel_preview
from planner.live.services.habits import set_habits
from planner.live.services.handing import hand_over, take_over, withdraw_handover
from planner.live.services.holds import ask_of_hold, hold_show, let_show_go, pass_hold
from planner.live.services.kinds import (
    add_log_kind,
    edit_log_kind,
    ensure_log_kinds,
    move_log_kind,
    put_back_log_kind,
    remove_log_kind,
)
from planner.live.services.log import log_entry, note_log, put_back_log, withdraw_log
from planner.live.services.many import plan_many, plan_roster, repeat_session
from planner.live.services.moments import correct_moments, record_slip, restore_entry, start_clip, unrestore_entry
from planner.live.services.moving import cancel_session, move_preview, move_session, restore_session, trash_session
from planner.live.services.photos import MOST_PHOTOS, add_photo, check_photo, trash_photo
from planner.live.services.places import add_channel, add_studio, edit_channel, edit_studio, trash_channel, trash_studio
from planner.live.services.previews import crew_preview
from planner.live.services.readings import (
    ReadingIn,
    correct_reading,
    take_back_reading,
    take_reading,
    withdraw_reading,
)
from planner.live.services.rosters import finish_roster, refuse_roster, send_roster
from planner.live.services.sessions import (
    draft_session,
    duplicate_session,
    edit_session,
    schedule_draft,
    schedule_session,
    set_lineup,
    set_targets,
)
from planner.live.services.steps import give_go, leave_out, mark_reviewed, reopen_review, start_preparing, withdraw_go
from planner.live.services.streams import add_stream, end_stream, reopen_stream
from planner.live.services.swapping import swap_person, swap_preview
from planner.live.services.times import EARLIER, StreamIn, correct_times, forget_stream, set_airing, start_earlier
from planner.live.services.together import (
    MoveBy,
    MoveSeen,
    Recrew,
    cancel_together,
    edit_together,
    move_together,
    moves_preview,
    recrew_together,
    trash_together,
)

__all__ = [
    "EARLIER",
    "MOST_PHOTOS",
    "MoveBy",
    "MoveSeen",
    "ReadingIn",
    "Recrew",
    "ShiftIn",
    "StreamIn",
    "add_channel",
    "add_log_kind",
    "add_photo",
    "add_stream",
    "add_studio",
    "ask_of_hold",
    "cancel_preview",
    "cancel_session",
    "cancel_together",
    "check_photo",
    "correct_moments",
    "correct_reading",
    "correct_times",
    "crew_preview",
    "draft_session",
    "duplicate_session",
    "edit_channel",
    "edit_log_kind",
    "edit_session",
    "edit_studio",
    "edit_together",
    "end_live",
    "end_stream",
    "ensure_log_kinds",
    "finish_roster",
    "forget_stream",
    "give_go",
    "go_live",
    "hand_over",
    "hold_show",
    "leave_out",
    "let_show_go",
    "log_entry",
    "mark_reviewed",
    "move_log_kind",
    "move_preview",
    "move_session",
    "move_together",
    "moves_preview",
    "note_log",
    "pass_hold",
    "plan_many",
    "plan_roster",
    "put_back_log",
    "put_back_log_kind",
    "record_slip",
    "recrew_together",
    "refuse_roster",
    "remove_log_kind",
    "reopen_review",
    "reopen_stream",
    "repeat_session",
    "restore_entry",
    "restore_session",
    "resume_live",
    "schedule_draft",
    "schedule_session",
    "send_roster",
    "set_airing",
    "set_crew",
    "set_habits",
    "set_lineup",
    "set_targets",
    "start_clip",
    "start_earlier",
    "start_preparing",
    "swap_person",
    "swap_preview",
    "take_back_end",
    "take_back_live",
    "take_back_reading",
    "take_over",
    "take_reading",
    "trash_channel",
    "trash_photo",
    "trash_session",
    "trash_studio",
    "trash_together",
    "unrestore_entry",
    "withdraw_go",
    "withdraw_handover",
    "withdraw_log",
    "withdraw_reading",
]
