"""What the session API takes and gives over REST."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from frapi.apps.accounts.policy import ACCOMMODATIONS
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.verification.messages import coarse_or_none, coarse_score, utc_timestamp
from frapi.apps.verification.models import Session, SessionStatus, SessionType
from frapi.apps.verification.outcome import OutcomeReason
from frapi.apps.verification.policy import Demands
from frapi.liveness.types import SessionKind

# "." and ".." would be lost from a URL's path, and with it the way to erase their users.
USER_ID_PATTERN = r"(?!\.{1,2}\Z)[A-Za-z0-9._@:+-]{1,128}\Z"
MAX_METADATA_BYTES = 4096


class UserIdField(serializers.RegexField):
    """A relying party's name for a user."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            rf"\A{USER_ID_PATTERN}",
            max_length=128,
            trim_whitespace=False,
            error_messages={"invalid": "expected 1 to 128 characters of A-Z a-z 0-9 . _ @ : + -"},
            **options,
        )


class MetadataSerializer(serializers.Serializer[Any]):
    """What every session may be asked to require. Entries that aren't named here are kept, within the size limit."""

    required_blinks = serializers.IntegerField(min_value=0, max_value=5, required=False, help_text="Default 1.")
    required_motion = serializers.IntegerField(min_value=0, max_value=5, required=False, help_text="Default 1.")
    challenge = serializers.BooleanField(required=False, help_text="Ask for moves drawn at random; default `false`.")
    accommodation = serializers.ChoiceField(
        choices=ACCOMMODATIONS,
        required=False,
        help_text="For people who can't blink or can't turn their heads; needs passive attack detection.",
    )
    device_info = serializers.JSONField(required=False, help_text="Anything; it is kept and given back.")


class EnrollmentMetadataSerializer(MetadataSerializer):
    target_samples = serializers.IntegerField(
        min_value=1, max_value=10, required=False, help_text="Accepted frames that make a template; default 3."
    )


class AuthenticationMetadataSerializer(MetadataSerializer):
    min_frames_required = serializers.IntegerField(
        min_value=1, max_value=10, required=False, help_text="Accepted frames before a decision; default 3."
    )


class SessionRequestSerializer(serializers.Serializer[Any]):
    """What both kinds of sessions are made from."""

    session_type = serializers.ChoiceField(choices=SessionType.choices, default=SessionType.WEBCAM)
    metadata: serializers.Serializer[Any]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Keep the metadata as it was sent, beside what of it is ours."""
        metadata = self.initial_data.get("metadata", {})
        size_bytes = len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
        if size_bytes > MAX_METADATA_BYTES:
            raise serializers.ValidationError({"metadata": f"expected at most {MAX_METADATA_BYTES} bytes of JSON"})
        known = attrs.pop("metadata", {})
        attrs["metadata"] = metadata
        attrs["demands"] = Demands(
            target_frames=known.get("target_samples", known.get("min_frames_required")),
            required_blinks=known.get("required_blinks"),
            required_motion=known.get("required_motion"),
            challenge=known.get("challenge"),
            accommodation=known.get("accommodation"),
        )
        return attrs


class EnrollmentRequestSerializer(SessionRequestSerializer):
    user_id = UserIdField()
    metadata = EnrollmentMetadataSerializer(required=False)


class AuthenticationRequestSerializer(SessionRequestSerializer):
    user_id = UserIdField(
        required=False, allow_null=True, default=None, help_text="Absent: identify whoever comes, out of all users."
    )
    require_liveness = serializers.BooleanField(
        default=True, help_text="`false` needs an API client that was granted it."
    )
    metadata = AuthenticationMetadataSerializer(required=False)


class EnrollmentCreatedSerializer(serializers.Serializer[Any]):
    session_token = serializers.CharField()
    enrollment_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    target_samples = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    websocket_url = serializers.URLField()
    message = serializers.CharField()


class AuthenticationCreatedSerializer(serializers.Serializer[Any]):
    session_token = serializers.CharField()
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    expires_at = serializers.DateTimeField()
    session_type = serializers.ChoiceField(choices=[SessionKind.VERIFICATION.value, SessionKind.IDENTIFICATION.value])
    websocket_url = serializers.URLField()
    message = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=[reason.value for reason in OutcomeReason])
    authenticated = serializers.BooleanField(allow_null=True, help_text="Null for an enrollment.")
    user_id = serializers.CharField(allow_null=True, help_text="Who was enrolled or recognized.")
    confidence = serializers.FloatField(allow_null=True, help_text="Calibrated probability, of a recognition only.")
    quality_score = serializers.FloatField(allow_null=True)
    duplicate_of = serializers.CharField(
        allow_null=True, help_text="Another user with the face of this enrollment; null when there is none."
    )


class SessionResultSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The `enrollment_id` of an enrollment.")
    session_type = serializers.ChoiceField(choices=[kind.value for kind in SessionKind])
    device_type = serializers.ChoiceField(choices=SessionType.choices, help_text="The `session_type` of the request.")
    user_id = serializers.CharField(allow_null=True, help_text="Null for an identification, and once erased.")
    status = serializers.ChoiceField(choices=SessionStatus.choices)
    target_frames = serializers.IntegerField(help_text="`target_samples` or `min_frames_required`.")
    frames_processed = serializers.IntegerField(help_text="Accepted frames.")
    frames_seen = serializers.IntegerField(help_text="Frames looked at.")
    blinks_detected = serializers.IntegerField()
    motion_events = serializers.IntegerField()
    liveness_verified = serializers.BooleanField()
    liveness_score = serializers.FloatField(help_text="Probability of a living person, at even odds beforehand.")
    live_face_score = serializers.FloatField(allow_null=True, help_text="Of passive attack detection; null without it.")
    injection_signals = serializers.DictField(
        child=serializers.IntegerField(), help_text="Signs that no camera was behind the stream, and how often."
    )
    challenge_passed = serializers.BooleanField(allow_null=True, help_text="Null without a challenge.")
    outcome = OutcomeSerializer(allow_null=True, help_text="Null while the session is open, and once erased.")
    metadata = serializers.JSONField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True, help_text="When it ended, in whatever way.")


class UserSerializer(serializers.Serializer[Any]):
    user_id = serializers.CharField()
    enrollment_id = serializers.UUIDField()
    enrolled_at = serializers.DateTimeField()
    sample_count = serializers.IntegerField()
    quality_score = serializers.FloatField()
    model = serializers.CharField(help_text="Embedding contract: only templates of the server's own can be compared.")

    def to_representation(self, instance: FaceTemplate) -> dict[str, Any]:
        return {
            "user_id": instance.user_id,
            "enrollment_id": str(instance.enrollment_id),
            "enrolled_at": utc_timestamp(instance.created_at),
            "sample_count": instance.sample_count,
            "quality_score": coarse_score(instance.quality_score),
            "model": instance.contract,
        }


class ErasureReceiptSerializer(serializers.Serializer[Any]):
    user_id = serializers.CharField()
    erased_at = serializers.DateTimeField()
    templates = serializers.IntegerField(help_text="Stored templates.")
    index_entries = serializers.IntegerField(help_text="Vectors in the search index of the process that answered.")
    sessions = serializers.IntegerField(help_text="Sessions that named the user and no longer do.")
    sessions_cancelled = serializers.IntegerField(help_text="Those of them that were still open.")
    session_states = serializers.IntegerField(help_text="Sealed states of sessions, with the samples in them.")
    failure_records = serializers.IntegerField(help_text="Records of failed verifications.")


def session_result(session: Session) -> dict[str, Any]:
    """A session as :class:`SessionResultSerializer` describes it."""
    counters, policy = session.counters, session.policy
    return {
        "id": str(session.id),
        "session_type": session.kind,
        "device_type": session.session_type,
        "user_id": session.user_id or None,
        "status": session.status,
        "target_frames": policy["target_frames"],
        "frames_processed": counters["frames_processed"],
        "frames_seen": counters["frame_counter"],
        "blinks_detected": counters["blinks"],
        "motion_events": counters["motion_events"],
        "liveness_verified": counters["liveness_verified"],
        "liveness_score": coarse_score(counters["liveness_score"]),
        "live_face_score": coarse_or_none(counters.get("live_face_score")),
        "injection_signals": counters.get("injection_signals", {}),
        "challenge_passed": counters.get("challenge_passed"),
        "outcome": session.outcome or None,
        "metadata": session.metadata,
        "created_at": utc_timestamp(session.created_at),
        "expires_at": utc_timestamp(session.expires_at),
        "completed_at": utc_timestamp(session.completed_at) if session.completed_at else None,
    }
