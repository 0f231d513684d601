"""Examples of the OpenAPI document."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

from frapi.apps.documentation import documented_error

ENROLLMENT_REQUEST = OpenApiExample(
    "Enroll with the usual demands",
    value={
        "user_id": "ada",
        "session_type": "mobile",
        "metadata": {"target_samples": 3, "required_blinks": 1, "device_info": {"model": "Pixel 9"}},
    },
    request_only=True,
)
VERIFICATION_REQUEST = OpenApiExample(
    "Verify",
    summary="Is it Ada?",
    value={"user_id": "ada", "require_liveness": True, "metadata": {"min_frames_required": 3}},
    request_only=True,
)
IDENTIFICATION_REQUEST = OpenApiExample(
    "Identify", summary="Who is it?", value={"session_type": "kiosk"}, request_only=True
)
ENROLLMENT_CREATED = OpenApiExample(
    "Created",
    value={
        "session_token": "sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0",
        "enrollment_id": "0b8f6a52-8a3c-4a53-9f6e-6f0b5f6d2a11",
        "status": "pending",
        "target_samples": 3,
        "expires_at": "2030-01-01T12:10:00Z",
        "websocket_url": (
            "wss://faces.example.com/ws/auth/process-image/sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0/"
        ),
        "message": "Enrollment session created. Stream frames to continue.",
    },
    response_only=True,
    status_codes=["201"],
)
AUTHENTICATION_CREATED = OpenApiExample(
    "Created",
    value={
        "session_token": "sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0",
        "status": "active",
        "expires_at": "2030-01-01T12:10:00Z",
        "session_type": "verification",
        "websocket_url": (
            "wss://faces.example.com/ws/auth/process-image/sess_V5oN3yHcVw0zqk1m2p4rT6uY8iO0aS2dF4gH6jK8lZ0/"
        ),
        "message": "Authentication session created. Stream frames to continue.",
    },
    response_only=True,
    status_codes=["201"],
)
RECOGNIZED_SESSION = OpenApiExample(
    "A recognized user",
    value={
        "id": "0b8f6a52-8a3c-4a53-9f6e-6f0b5f6d2a11",
        "session_type": "verification",
        "device_type": "webcam",
        "user_id": "ada",
        "status": "completed",
        "target_frames": 3,
        "frames_processed": 3,
        "frames_seen": 21,
        "blinks_detected": 1,
        "motion_events": 0,
        "liveness_verified": True,
        "liveness_score": 0.93,
        "live_face_score": None,
        "injection_signals": {},
        "challenge_passed": None,
        "outcome": {
            "success": True,
            "reason": "recognized",
            "authenticated": True,
            "user_id": "ada",
            "confidence": 0.9987,
            "quality_score": 0.84,
            "duplicate_of": None,
        },
        "metadata": {},
        "created_at": "2030-01-01T12:00:00Z",
        "expires_at": "2030-01-01T12:10:00Z",
        "completed_at": "2030-01-01T12:00:04Z",
    },
    response_only=True,
    status_codes=["200"],
)


INVALID = documented_error(
    "A field is missing, malformed or under the API client's floor",
    error="metadata.target_samples: this API client asks for at least 5",
    code=400,
    details={"field": "metadata.target_samples", "minimum": 5},
)
UNAUTHORIZED = documented_error("No valid access token", error="Unauthorized", code=401, details={})
FORBIDDEN = documented_error(
    "The API client may not skip liveness",
    error="This API client may not skip liveness",
    code=403,
    details={"field": "require_liveness"},
)
NO_SUCH_USER = documented_error("No such user", error="User not found", code=404, details={"field": "user_id"})
NO_SUCH_PAGE = documented_error("No such page", error="Invalid page.", code=404, details={})
NO_SUCH_SESSION = documented_error("No such session", error="Session not found", code=404, details={})
HAS_ENDED = documented_error(
    "The session has ended in another way", error="Session has ended", code=410, details={"status": "completed"}
)
LOCKED = documented_error(
    "Too many verifications of this user failed lately",
    error="Too many failed attempts for this user",
    code=429,
    details={"retry_after_ms": 30000},
)
