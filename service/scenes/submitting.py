"""Asking for a comparison: queued once, however often it is asked for."""

from __future__ import annotations

from service.accounts.roles import Principal
from service.jobs import defer
from service.runtime import Runtime
from service.scenes.detecting import Pairing, checked_scenes, new_detection, same_detection
from service.scenes.jobs import DETECT_LOCK, run_detection
from service.scenes.models import SceneDetection


def ask_for_detection(
    runtime: Runtime, principal: Principal, pairing: Pairing
) -> tuple[SceneDetection, bool]:
    """The comparison, and whether it was queued just now.

    Raises:
        ServiceError: when the scenes cannot be compared; see ``checked_scenes``.
    """
    with runtime.database.transaction() as session:
        checked_scenes(session, principal, pairing)
        known = same_detection(session, pairing)
        if known is not None:
            return known, False
        detection = new_detection(pairing, principal.account_id)
        session.add(detection)
        session.flush()
        defer(session, run_detection, lock=DETECT_LOCK, detection_id=detection.id)
        return detection, True
