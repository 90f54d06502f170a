"""The pages and the way between them."""

from pathlib import Path

import streamlit as st

from dashboard import frame
from dashboard.language import _

_STATIC = Path(__file__).with_name("static")

frame.listen()
st.set_page_config(page_title="Herdbook", page_icon=str(_STATIC / "icon.png"), layout="wide")
st.logo(str(_STATIC / "logo.png"), size="large")
pages = {
    frame.FIND: st.Page(
        frame.FIND, title=_("Find a server"), icon=":material/explore:", default=True
    ),
    frame.SERVERS: st.Page(
        frame.SERVERS, title=_("All servers"), icon=":material/table_rows:", url_path="servers"
    ),
    frame.GROWTH: st.Page(
        frame.GROWTH, title=_("Growth"), icon=":material/trending_up:", url_path="growth"
    ),
    frame.NETWORK: st.Page(
        frame.NETWORK, title=_("Network"), icon=":material/hub:", url_path="network"
    ),
    frame.OPERATORS: st.Page(
        frame.OPERATORS,
        title=_("For operators"),
        icon=":material/monitoring:",
        url_path="operators",
    ),
    frame.QUERY: st.Page(
        frame.QUERY, title=_("Ask in SQL"), icon=":material/terminal:", url_path="query"
    ),
    frame.METHOD: st.Page(
        frame.METHOD, title=_("Method"), icon=":material/menu_book:", url_path="method"
    ),
    frame.STATUS: st.Page(frame.STATUS, title=_("Status"), url_path="status", visibility="hidden"),
    frame.SERVER: st.Page(frame.SERVER, title=_("Server"), url_path="server", visibility="hidden"),
}
frame.know(pages)
st.navigation(list(pages.values()), position="top").run()
