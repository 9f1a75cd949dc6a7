"""The promises in the top bar."""

from sanxiang.web.nav import register

register("我的回复", "/promises/", ("agent", "supervisor"), 40, "clock")
