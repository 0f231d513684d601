"""Every state of the component, and how to get there: looked at by the tests, photographed for the documentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.browser.chromium import FacePage
from tests.browser.party import Party

Act = Callable[[FacePage, Party, dict[str, Any]], None]

FAR_FROM_LOOPBACK = "faces.test"
"""A host to which no browser gives a camera over plain HTTP."""

# A socket that the test can cut, or put the server's words into.
PUPPET_SOCKET = """
  const Real = WebSocket, sockets = [];
  let isCut = false;
  window.WebSocket = class extends Real {
    constructor(url) { super(isCut ? "ws://127.0.0.1:9/" : url); sockets.push(this); }
  };
  window.cut = () => { isCut = true; sockets.forEach((socket) => socket.close()); };
  window.end = (message, code) => {
    const socket = sockets.at(-1), {onmessage, onclose} = socket;
    socket.onmessage = socket.onclose = null;
    socket.close();
    onmessage({data: JSON.stringify(message)});
    onclose({code});
  };
"""


def camera_that_fails(name: str) -> str:
    """A script that lets the browser refuse the camera with the error of this name."""
    return f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{name}'));"


@dataclass(frozen=True, slots=True)
class State:
    """One of the component's states.

    Attributes:
        title: what the person is told, in English.
        act: gets there from the opened page.
        session: makes the session; None: the page has none.
        code: of the failure that it is.
        film: what the camera shows; None: there is no camera.
        before: a script that runs before those of the page.
        needs_ada: Ada is enrolled.
    """

    title: str
    act: Act
    session: Callable[[Party], dict[str, Any]] | None = lambda party: party.enrollment("state")
    code: str | None = None
    film: str | None = "ada"
    before: str = ""
    allow_camera: bool = True
    insecure: bool = False
    needs_ada: bool = False


def nothing(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    pass


def start(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    face.press("Start")


def finish(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    face.press("Start")
    face.wait_told("complete")


def cancel(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    check_for_a_while(face)
    face.press("Cancel")


def cut(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    check_for_a_while(face)
    face.page.evaluate("() => cut()")


def go_offline(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    check_for_a_while(face)
    face.page.context.set_offline(True)
    face.page.evaluate("() => cut()")


def hide(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    check_for_a_while(face)
    face.page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
          Object.defineProperty(document, "hidden", {value: true, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def unplug(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    check_for_a_while(face)
    face.page.evaluate(
        """() => {
          const video = document.querySelector("frapi-face").shadowRoot.querySelector("video");
          const [track] = video.srcObject.getTracks();
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }"""
    )


def expire(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
    party.expire(ticket)
    face.press("Start")


def be_told(code: int, close_code: int, **details: Any) -> Act:
    """The server says an error, and closes."""

    def act(face: FacePage, party: Party, ticket: dict[str, Any]) -> None:
        check_for_a_while(face)
        error = {"type": "error", "error": "", "code": code, "details": details}
        face.page.evaluate("given => end(...given)", [error, close_code])

    return act


def check_for_a_while(face: FacePage) -> None:
    """Begin, and be looked at."""
    face.press("Start")
    face.wait_told("progress")


def verify(party: Party) -> dict[str, Any]:
    return party.authentication(enrolled(party))


def enrolled(party: Party) -> str:
    """Somebody who has a face; see :func:`tests.browser.test_states.everybody`."""
    return "ada"


def unknown(party: Party) -> dict[str, Any]:
    return {"websocket_url": f"{party.stand.url.replace('http', 'ws')}/ws/auth/process-image/sess_{'x' * 43}/"}


STATES: dict[str, State] = {
    "intro": State("Face check", nothing),
    "opening": State(
        "Allow the camera", start, before="navigator.mediaDevices.getUserMedia = () => new Promise(() => {});"
    ),
    "nobody": State("Bring your face into the oval", start, film="nobody"),
    "two_people": State("Only you should be in the picture", start, film="two_people"),
    "dark": State("It is too dark: turn on a light or face a window", start, film="ada_in_the_dark"),
    "glasses": State("Take off your glasses", start, film="ada_with_glasses"),
    "blink": State("Blink once, slowly", start, film="ada_does_nothing"),
    "blink_or_turn": State(
        "Blink, or turn your head and back", start, session=verify, film="ada_does_nothing", needs_ada=True
    ),
    "challenge": State(
        "Move 1 of 3",
        start,
        session=lambda party: party.enrollment("state", challenge=True),
        film="ada_does_nothing",
    ),
    "reconnecting": State(
        "Connection lost. Reconnecting; what you did so far is kept", cut, film="ada_does_nothing", before=PUPPET_SOCKET
    ),
    "offline": State(
        "You are offline. We go on when the connection is back",
        go_offline,
        film="ada_does_nothing",
        before=PUPPET_SOCKET,
    ),
    "hidden": State("Paused while this page is in the background", hide, film="ada_does_nothing"),
    "enrolled": State("Your face is enrolled", finish),
    "verified": State("It’s you", finish, session=verify, needs_ada=True),
    "identified": State("You were recognised", finish, session=lambda party: party.authentication(), needs_ada=True),
    "not_recognized": State(
        "We didn’t recognise you", finish, session=verify, code="not_recognized", film="grace", needs_ada=True
    ),
    "cancelled": State("Check cancelled", cancel, film="ada_does_nothing"),
    "camera_missing": State("No camera found", start, code="camera_missing", film=None),
    "camera_denied": State("The camera is blocked for this page", start, code="camera_denied", allow_camera=False),
    "camera_busy": State(
        "The camera is in use", start, code="camera_busy", before=camera_that_fails("NotReadableError")
    ),
    "camera_lost": State("The camera was unplugged", unplug, code="camera_lost", film="ada_does_nothing"),
    "insecure_origin": State("This page isn’t secure", start, code="insecure_origin", insecure=True),
    "bad_url": State("The check isn’t set up right", start, code="bad_url", session=None),
    "session_expired": State("The time for this check is over", expire, code="session_expired"),
    "session_unknown": State("This check doesn’t exist any more", start, code="session_unknown", session=unknown),
    "frames_used_up": State(
        "That took too long",
        be_told(4429, 4429),
        code="frames_used_up",
        film="ada_does_nothing",
        before=PUPPET_SOCKET,
    ),
    "enrollment_refused": State(
        "This face can’t be enrolled",
        be_told(422, 1000),
        code="enrollment_refused",
        film="ada_does_nothing",
        before=PUPPET_SOCKET,
    ),
    "origin_refused": State(
        "This page may not run the check",
        be_told(403, 4401),
        code="origin_refused",
        film="ada_does_nothing",
        before=PUPPET_SOCKET,
    ),
}
