"""The pages of this room in the top bar."""

from sanxiang.web.nav import register

register("现场", "/live/", ("supervisor", "administrator"), 20, "users")
register("来电", "/calls/", ("supervisor", "inspector", "administrator", "agent"), 30, "phone")
register("报表", "/reports/kpi/", ("supervisor", "inspector", "administrator"), 50, "chart")
