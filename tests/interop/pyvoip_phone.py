"""An old-fashioned phone made of pyVoIP, run as a process of its own: answers calls, says a tone, keeps what it hears.

    python pyvoip_phone.py SERVER_PORT EXTENSION PASSWORD SIP_PORT RTP_PORT HEARD_FILE [NUMBER]

With NUMBER it dials. Sound is pyVoIP's own: 8-bit unsigned linear at 8 kHz. It speaks µ-law only, because pyVoIP 1.6.8
encodes µ-law also where A-law was agreed.
"""

import math
import sys
import time
from pathlib import Path

import pyVoIP
from pyVoIP.RTP import PayloadType
from pyVoIP.VoIP import CallState, InvalidStateError, VoIPCall, VoIPPhone

pyVoIP.RTPCompatibleCodecs = [PayloadType.PCMU, PayloadType.EVENT]
FRAME = 160
TONE = bytes(128 + round(90 * math.sin(2 * math.pi * 700 * n / 8000)) for n in range(8000)) * 30


def talk(call: VoIPCall, heard_file: Path) -> None:
    """Say the tone and keep what comes until the other side hangs up."""
    call.write_audio(TONE)
    with heard_file.open("wb") as heard:
        while call.state == CallState.ANSWERED:
            heard.write(call.read_audio(FRAME, blocking=True))


def main() -> None:
    server_port, extension, password, sip_port, rtp_port, heard_file, *number = sys.argv[1:]

    def take(call: VoIPCall) -> None:
        try:
            call.answer()
            print("answered", flush=True)
            talk(call, Path(heard_file))
        except InvalidStateError:
            pass
        print("over", flush=True)

    phone = VoIPPhone(
        "127.0.0.1",
        int(server_port),
        extension,
        password,
        callCallback=take,
        myIP="127.0.0.1",
        sipPort=int(sip_port),
        rtpPortLow=int(rtp_port),
        rtpPortHigh=int(rtp_port) + 20,
    )
    phone.start()
    print("registered", flush=True)
    if number:
        call = phone.call(number[0])
        while call.state in (CallState.DIALING, CallState.RINGING):
            time.sleep(0.05)
        print(call.state.value, flush=True)
        talk(call, Path(heard_file))
        print("over", flush=True)
    try:
        time.sleep(60)
    finally:
        phone.stop()


main()
