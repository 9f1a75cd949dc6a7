"""What is said when the surroundings fail: a code, one sentence, the cure, the place."""

EXIT_STATUS = 3
"""Exit status of a command whose surroundings fail."""


class GroundError(Exception):
    """The machine lacks something that we cannot obtain.

    code: short and stable, for scripts; problem and cure: one Chinese sentence each;
    detail: the last lines of what the failing program said, "" if nothing.
    """

    def __init__(self, code: str, problem: str, cure: str, detail: str = "") -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.cure = cure
        self.detail = detail.strip()

    def __str__(self) -> str:
        lines = [f"错误 [{self.code}] {self.problem}"]
        lines += [f"    {line}" for line in self.detail.splitlines()]
        return "\n".join([*lines, f"解决办法：{self.cure}"])
