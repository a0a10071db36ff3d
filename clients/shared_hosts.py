"""Hosts that belong to nobody in particular: where everybody has a mailbox, or a page."""

from __future__ import annotations

import re

_MAIL = frozenset([
    # Everywhere
    "163.com", "126.com", "aim.com", "aol.com", "duck.com", "email.com", "fastmail.com",
    "fastmail.fm", "gmail.com", "googlemail.com", "hey.com", "hushmail.com", "icloud.com",
    "inbox.com", "mac.com", "mail.com", "me.com", "msn.com", "pm.me", "proton.me", "protonmail.ch",
    "protonmail.com", "qq.com", "rocketmail.com", "sina.com", "tuta.com", "tuta.io",
    "tutanota.com", "tutanota.de", "windowslive.com", "yeah.net", "ymail.com", "zoho.com",
    "zoho.eu", "zohomail.com",
    # Germany, Austria, Switzerland
    "a1.net", "aikq.de", "alice-dsl.net", "aon.at", "arcor.de", "bluemail.ch", "bluewin.ch",
    "chello.at", "drei.at", "email.de", "ewe.net", "freenet.de", "gmx-topmail.de", "hispeed.ch",
    "inode.at", "kabelbw.de", "kabelmail.de", "liwest.at", "magenta.de", "mail.ch", "mail.de",
    "mailbox.org", "mnet-mail.de", "mnet-online.de", "netcologne.de", "netcom.de", "o2mail.de",
    "o2online.de", "online.de", "osnanet.de", "posteo.at", "posteo.ch", "posteo.de", "posteo.net",
    "quickline.ch", "quickline.com", "sunrise.ch", "swissonline.ch", "swisscom.ch", "t-online.de",
    "tele2.at", "unitybox.de", "upcmail.at", "upcmail.ch", "utanet.at", "versanet.de",
    "vodafone.de", "vodafonemail.de", "vtxmail.ch", "web.de", "wilhelm-tel.net", "wtnet.de",
    # United Kingdom, Ireland
    "blueyonder.co.uk", "btconnect.com", "btinternet.com", "btopenworld.com", "eircom.net",
    "fsmail.net", "iol.ie", "mail.co.uk", "ntlworld.com", "o2.co.uk", "plus.com", "plusnet.com",
    "postmaster.co.uk", "sky.com", "talk21.com", "talktalk.net", "tiscali.co.uk", "uwclub.net",
    "virgin.net", "virginmedia.com", "zen.co.uk",
    # France, Belgium, Netherlands, Luxembourg
    "9online.fr", "aliceadsl.fr", "bbox.fr", "casema.nl", "chello.nl", "club-internet.fr",
    "free.fr", "hetnet.nl", "home.nl", "kpnmail.nl", "kpnplanet.nl", "laposte.net", "lu.fr",
    "mailo.com", "neuf.fr", "numericable.fr", "online.nl", "orange.fr", "planet.nl", "proximus.be",
    "pt.lu", "quicknet.nl", "scarlet.be", "sfr.fr", "skynet.be", "telenet.be", "tele2.nl",
    "upcmail.nl", "voila.fr", "voo.be", "wanadoo.fr", "wanadoo.nl", "xs4all.nl", "ziggo.nl",
    # Italy, Spain, Portugal, Greece
    "alice.it", "clix.pt", "email.it", "fastwebnet.it", "forthnet.gr", "inwind.it", "iol.it",
    "iol.pt", "libero.it", "mail.telepac.pt", "meo.pt", "netcabo.pt", "ono.com", "orange.es",
    "otenet.gr", "sapo.pt", "telefonica.net", "tim.it", "tin.it", "tiscali.it", "tiscalinet.it",
    "terra.es", "vianova.it", "virgilio.it", "vodafone.it", "wanadoo.es", "wind.it",
    # The north and the east
    "abv.bg", "atlas.cz", "azet.sk", "bigpond.dk", "bk.ru", "bredband.net", "centrum.cz",
    "centrum.sk", "citromail.hu", "comhem.se", "elisanet.fi", "email.cz", "freemail.hu",
    "getmail.no", "inbox.lt", "inbox.lv", "inbox.ru", "indamail.hu", "interia.eu", "interia.pl",
    "kolumbus.fi", "list.ru", "mail.bg", "mail.dk", "mail.ee", "mail.ru", "o2.pl", "online.no",
    "onet.eu", "onet.pl", "op.pl", "poczta.onet.pl", "post.cz", "poste.fi", "rambler.ru",
    "seznam.cz", "sol.dk", "spray.se", "stofanet.dk", "suomi24.fi", "telia.com", "tdcadsl.dk",
    "tlen.pl", "ukr.net", "vp.pl", "wp.pl", "ya.ru", "zoznam.sk",
    # North America
    "att.net", "bell.net", "bellsouth.net", "centurylink.net", "charter.net", "comcast.net",
    "cox.net", "earthlink.net", "frontier.com", "frontiernet.net", "juno.com", "mindspring.com",
    "netzero.net", "optonline.net", "optimum.net", "pacbell.net", "prodigy.net", "prodigy.net.mx",
    "roadrunner.com", "rogers.com", "rr.com", "sasktel.net", "sbcglobal.net", "shaw.ca",
    "spectrum.net", "suddenlink.net", "swbell.net", "sympatico.ca", "telus.net", "twc.com",
    "verizon.net", "videotron.ca", "windstream.net", "xfinity.com",
    # South America, Asia, Australia, Africa
    "adam.com.au", "bigpond.com", "bigpond.com.au", "bigpond.net.au", "bol.com.br", "daum.net",
    "dodo.com.au", "docomo.ne.jp", "ezweb.ne.jp", "foxmail.com", "hanmail.net", "iinet.net.au",
    "ig.com.br", "internode.on.net", "i.softbank.jp", "mweb.co.za", "nate.com", "naver.com",
    "netvigator.com", "optusnet.com.au", "rediffmail.com", "sina.cn", "slingshot.co.nz",
    "sohu.com", "telkomsa.net", "terra.com.br", "tpg.com.au", "uol.com.br", "vodamail.co.za",
    "walla.co.il", "walla.com", "webmail.co.za", "westnet.com.au", "xtra.co.nz",
])  # fmt: skip
_MAIL_EVERYWHERE = re.compile(
    r"(?:gmx|hotmail|live|outlook|yahoo|ymail|yandex)\.(?:(?:com?|net)\.)?[a-z]{2,3}"
)
"""Those with a host in nearly every country, such as hotmail.de and yahoo.co.uk."""

_SITES = frozenset([
    "about.me", "bio.link", "bsky.app", "facebook.com", "fb.com", "fb.me", "g.page",
    "goo.gl", "google.com", "instagram.com", "linkedin.com", "linktr.ee", "maps.app.goo.gl",
    "pinterest.com", "t.me", "threads.com", "threads.net", "tiktok.com",
    "twitter.com", "vimeo.com", "wa.me", "whatsapp.com", "x.com", "xing.com", "yelp.com",
    "youtu.be", "youtube.com",
])  # fmt: skip
"""Everybody has a page there: only what follows the host tells one from another."""

_HOSTS_OF_SITES = frozenset([
    "azurewebsites.net", "blogspot.com", "blogspot.de", "business.site", "cargo.site", "carrd.co",
    "firebaseapp.com", "github.io", "gitlab.io", "godaddysites.com", "herokuapp.com", "jimdo.com",
    "jimdofree.com", "jimdosite.com", "medium.com", "mystrikingly.com", "myshopify.com",
    "netlify.app", "notion.site", "onmicrosoft.com", "pages.dev", "sharepoint.com",
    "squarespace.com", "strikingly.com", "substack.com", "tumblr.com", "vercel.app", "web.app",
    "webador.com", "webador.de", "webflow.io", "webnode.com", "webnode.page", "weebly.com",
    "wix.com", "wixsite.com", "wordpress.com", "wpcomstaging.com",
])  # fmt: skip
"""Each customer has a host of its own there, as in name.wordpress.com: that one is compared."""

_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?([^/:?#\s]+)(?::\d+)?([^#\s]*)")


def is_public_mail(host: str) -> bool:
    """Tell whether everybody can have an address at a mail host: sharing it says nothing."""
    return host in _MAIL or _MAIL_EVERYWHERE.fullmatch(host) is not None


def own_mail_host(email: str) -> str:
    """Return the host of an e-mail address; empty where everybody can have one."""
    host = email.rpartition("@")[2].strip().casefold()
    return "" if is_public_mail(host) or _holds_pages(host) or host in _HOSTS_OF_SITES else host


def own_site(website: str) -> str:
    """Return what tells a website from others: its host, or on a shared one the page as well.

    The empty string stands for the front page of a shared host, which is nobody's.
    """
    found = _ADDRESS.match(website.strip().casefold())
    if found is None:
        return ""
    host, page = found[1], found[2].strip("/")
    if is_public_mail(host) or _holds_pages(host) or host in _HOSTS_OF_SITES:
        return f"{host}/{page}" if page else ""
    return host


def _holds_pages(host: str) -> bool:
    """Such a host speaks for many in each language as well, as in de.linkedin.com."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in _SITES for start in range(len(labels)))
