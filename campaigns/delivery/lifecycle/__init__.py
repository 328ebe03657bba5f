"""Every move of a run and of a campaign: nothing else writes their states.

Edges call these with the database's time (campaigns.delivery.clock), and show the
sentence of what they raise: each exception is a Refused, and then nothing happened.

drafts      save_draft, restore, duplicate, rewrite, archive
accepting   accept_checks, ask_again
launching   launch_now, schedule, unschedule, send_missed,
            leave_missed
beginning   begin_preparing, begin_sending
control     cancel, extend_countdown, pause, resume, stop, stop_all, allow_all;
            by the system itself: hold, abandon, explain, expire_countdown,
            switch_off, switch_on
correcting  correct
ending      finish_if_done, settled
speed       change_speed, limit_channel
"""

from campaigns.delivery.lifecycle.accepting import accept_checks, ask_again
from campaigns.delivery.lifecycle.beginning import (
    NotConserved,
    begin_preparing,
    begin_sending,
)
from campaigns.delivery.lifecycle.control import (
    abandon,
    allow_all,
    cancel,
    expire_countdown,
    explain,
    extend_countdown,
    hold,
    pause,
    resume,
    stop,
    stop_all,
    switch_off,
    switch_on,
)
from campaigns.delivery.lifecycle.correcting import correct, corrected
from campaigns.delivery.lifecycle.drafts import (
    archive,
    duplicate,
    restore,
    rewrite,
    save_draft,
)
from campaigns.delivery.lifecycle.ending import finish_if_done, settled
from campaigns.delivery.lifecycle.launching import (
    launch_now,
    leave_missed,
    schedule,
    send_missed,
    unschedule,
)
from campaigns.delivery.lifecycle.refusals import (
    AlreadyLaunched,
    Changed,
    Incomplete,
    NotAllowed,
    NotConfirmed,
    Refused,
    SendingStopped,
    WrongState,
)
from campaigns.delivery.lifecycle.retargeting import retarget
from campaigns.delivery.lifecycle.rights import LARGE, TYPED_FROM
from campaigns.delivery.lifecycle.speed import (
    Speed,
    change_speed,
    limit_channel,
    require_sensible,
)

__all__ = [
    "LARGE",
    "TYPED_FROM",
    "AlreadyLaunched",
    "Changed",
    "Incomplete",
    "NotAllowed",
    "NotConfirmed",
    "NotConserved",
    "Refused",
    "SendingStopped",
    "Speed",
    "WrongState",
    "abandon",
    "accept_checks",
    "allow_all",
    "archive",
    "ask_again",
    "begin_preparing",
    "begin_sending",
    "cancel",
    "change_speed",
    "correct",
    "corrected",
    "duplicate",
    "expire_countdown",
    "explain",
    "extend_countdown",
    "finish_if_done",
    "hold",
    "launch_now",
    "leave_missed",
    "limit_channel",
    "pause",
    "require_sensible",
    "restore",
    "resume",
    "retarget",
    "rewrite",
    "save_draft",
    "schedule",
    "send_missed",
    "settled",
    "stop",
    "stop_all",
    "switch_off",
    "switch_on",
    "unschedule",
]
