"""What can go wrong when a whole system starts on one machine, said so that a person can act on it."""


class LocalError(Exception):
    """The local stack cannot do what was asked; the message names the cause and the setting that helps."""


class PortTakenError(LocalError):
    def __init__(self, component: str, port: int) -> None:
        setting = f"LINTEL_PORT_{component.upper().replace('-', '_')}"
        super().__init__(f"port {port} of {component} is taken by another program; {setting} chooses another port")
