"""A telephone's name and password, and the challenges that they answer (RFC 3261 §22, RFC 8760)."""

from __future__ import annotations

from tests.kit import digest
from tests.kit.message import Message


class Credentials:
    """``algorithm`` picks among several challenges (None: the first that it knows)."""

    def __init__(self, user: str, password: str, algorithm: str | None = None) -> None:
        self.user = user
        self.password = password
        self.algorithm = algorithm
        self._counts: dict[str, int] = {}
        self._challenge: digest.Challenge | None = None
        self._is_of_proxy = False

    def take_challenge(self, response: Message, request: Message) -> bool:
        """Remember the challenge; False when it is not ours or has been answered already and is not stale."""
        values = response.all("WWW-Authenticate") + response.all("Proxy-Authenticate")
        challenges = [challenge for value in values if (challenge := digest.parse_challenge(value))]
        wanted = [one for one in challenges if self.algorithm in (None, one.algorithm)]
        if not wanted:
            return False
        answered = request.get("Authorization") or request.get("Proxy-Authorization")
        if answered and not wanted[0].stale and f'"{wanted[0].nonce}"' in answered:
            return False
        self._challenge = wanted[0]
        self._is_of_proxy = response.status == 407
        return True

    def authorize(self, message: Message) -> None:
        """Add credentials for the last challenge, if there was one."""
        challenge = self._challenge
        if challenge is None:
            return
        count = self._counts[challenge.nonce] = self._counts.get(challenge.nonce, 0) + 1
        value = digest.authorization(challenge, self.user, self.password, message.method, message.uri, count)
        name = "Proxy-Authorization" if self._is_of_proxy else "Authorization"
        message.headers = [(header, old) for header, old in message.headers if header != name]
        message.headers.append((name, value))
