"""Who staffs the demonstration? Ten invented agents, all offline at first."""

from __future__ import annotations

from sanxiang.people.models import Account

NAMES = ("周宁", "何静", "林晓", "陈默", "陆川", "沈岚", "吴桐", "白露", "方舟", "江帆")


def load_demo_agents() -> int:
    """Makes those that are missing, numbers 01 to 10; gives how many agents there are then."""
    there = set(Account.objects.filter(agent_number__isnull=False).values_list("agent_number", flat=True))
    for place, name in enumerate(NAMES, 1):
        number = f"{place:02d}"
        if number not in there:
            roles = ["agent", "supervisor"] if number == "10" else ["agent"]
            Account.objects.create(
                login=f"agent{number}", name=name, roles=roles, agent_number=number, extension=str(1000 + place)
            )
    return Account.objects.filter(agent_number__isnull=False).count()
