"""The texts of the embedded account: as people write them, in several scripts, and hostile ones."""

from __future__ import annotations

FIRST_NAMES = (
    *("Maddie", "Jake", "Lola", "Debora", "Omar", "Ines", "Walter", "Ruth", "Amara", "Tomás"),
    *("Siobhán", "Björn", "Zoë", "Łukasz", "Nguyễn", "Priya", "Grace", "Henry", "Yusuf", "Anaïs"),
    *("Marta", "Peter", "Olive", "Ivo", "Chloe", "Samuel", "Noor", "Esther", "Paolo", "Linnea"),
)
LAST_NAMES = (
    *("Brown", "Dodge", "Zang", "Lang", "Okafor", "García", "O’Neill", "Müller", "Haddad", "Smith"),
    *("van der Berg", "Kowalska", "Nakamura", "Silva", "D'Angelo", "Petrov", "Jensen", "Mensah"),
    *("Rossi", "Novák", "Öztürk", "Dubois", "Walker", "Ibrahim", "Costa", "Lindqvist", "Moreau"),
)
OTHER_NAMES = (
    ("さくら", "田中"),
    ("伟", "王"),
    ("محمد", "العلي"),
    ("שרה", "כהן"),
    ("Олена", "Шевченко"),
    ("Ελένη", "Παπαδοπούλου"),
    ("민준", "김"),
    ("अनिता", "शर्मा"),
    ("Robin 🌻", "Hill"),
    ("Zero\u200bWidth", "Jo\u0301se\u0301"),
)
HOSTILE_NAMES = (
    ("<script>alert(1)</script>", "Tester"),
    ('=HYPERLINK("http://example.com","click")', "+1+1"),
    ("<img src=x onerror=alert(1)>", '"Quoted", Jr.'),
    ("Robert'); DROP TABLE contacts;--", "null"),
    ("None", "NaN"),
    ("\u202egnol", "Back\\slash\tand\nline"),
)
PROVIDERS = (
    ("mail.example", 0.34),
    ("inbox.example", 0.26),
    ("quartz.example", 0.15),
    ("post.example", 0.13),
    ("example.org", 0.08),
    ("example.com", 0.04),
)
"""Where the contacts have their mailboxes, and which share of them each provider has."""

BLOCKING_PROVIDER = "quartz.example"
"""The provider that refuses our mail for two weeks."""

SUBJECTS = (
    ("What happened at the garden this month", 1.0),
    ("You made this possible", 1.25),
    ("News from the greenhouse", 0.95),
    ("🌱 Seeds, soil and six new volunteers", 1.15),
    ("Quarterly report of the board", 0.7),
    ("“Why do you do this?” – a visit", 1.2),
    ("Only until Sunday", 1.1),
    ("Nouvelles du jardin : l’été arrive", 0.9),
    ("أخبار الحديقة", 0.85),
    ('=HYPERLINK("http://example.com","Don\'t click")', 0.8),
    ("<script>alert('subject')</script> & other weeds", 0.8),
    ("Re: your question", 1.3),
)
"""Subject lines, each with what it does to the chance of an open."""

PREHEADERS = ("In short: thank you.", "Three minutes to read", "", "Plus: a recipe", "🍅 inside")
SENDERS = (
    ("Lola Zang", "lola@garden.example"),
    ("Harbour Garden", "news@garden.example"),
    ('"Harbour Garden" Shop', "shop@garden.example"),
)
ODD_CAMPAIGN_NAMES = {
    3: "An exactly eighty characters long name of a campaign, which is as long as may be",
    11: "He said \"plant now\", she said 'wait'",
    17: "<img src=x onerror=alert(1)> spring appeal",
    23: '=HYPERLINK("http://example.com","open me")',
    29: "🌻🌻 Summer fête 🌻🌻",
    37: "נדבת חורף – winter gift",
    44: "春のお知らせ",
    58: "A,B;C\tD|E: separators",
}
"""Campaign names that trip careless code, by the number of the campaign."""

OPT_OUT_REASONS = (
    "The content is not what I expected",
    "Too many emails",
    "I never signed up for this",
    "zu viele Mails 😕",
    '=HYPERLINK("http://example.com")',
    '<b>please</b> stop, "thanks"\nbye',
)
LINKS = (
    ("https://garden.example/donate", "donate", 0.34),
    ("https://shop.garden.example/?q=seeds&sort=new", "", 0.26),
    ("https://garden.example/blog/été?utm_source=mail", "", 0.28),
    ("https://social.example/@garden", "", 0.12),
    ("https://garden.example/imprint", "", 0.0),
)
"""Address, label and share of the clicks of the links in every email; nobody reads the imprint."""
