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

OPENINGS = (("", 1.0), ("", 1.0), ("🌻 ", 1.12), ("Last call: ", 1.08), ("[Members] ", 0.92))
"""What some subject lines begin with, and what that does to the chance of an open."""

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
    ("https://garden.example/donate", "donate"),
    ("https://shop.garden.example/?q=seeds&sort=new", ""),
    ("https://garden.example/blog/été?utm_source=mail", ""),
    ("https://social.example/@garden", ""),
    ("https://garden.example/imprint", ""),
)
"""Address and label of the links in every email; nobody reads the imprint, machines included."""

LINK_SHARES = {
    "COUPON": (0.08, 0.72, 0.12, 0.08, 0.0),
    "FUNDRAISER": (0.7, 0.04, 0.18, 0.08, 0.0),
    "": (0.3, 0.24, 0.34, 0.12, 0.0),
}
"""Which share of the clicks in an email of that type goes to each link; "" for other types."""

LANDING_NAMES = ("Join the garden", "Harvest dinner – RSVP 🍽️", "<b>Seed swap</b> & raffle")
LANDING_LINKS = ("https://garden.example/map", "https://shop.garden.example/tickets?for=2&day=sat")
SMS_NAMES = (
    "Spring Clearance Sale",
    "Harvest dinner tonight 🍅",
    "=1+1 Volunteers wanted",
    "Frost warning",
    "Thank you",
    "שבת שלום",
)
TEXT_LIST = "Text club"
OTHER_LISTS = ("Summer fête 2019 🎪 <old>",)
"""Lists that nobody is on."""
LIST_DESCRIPTIONS = {
    "Newsletter": "Everyone who wants to know",
    "Donors": 'Gave at least once, "thank you"',
    "Board": "=SUM(A1:A9)",
    "Text club": "Those who may be texted 📱",
}
TAGS = ("Volunteer", "Gold card member", "متطوع", '"Do not call"', "+1", "Press")
SEGMENTS = (
    "Did not open the last 5 campaigns",
    "Opened within 30 days",
    "Donors near the harbour, <b>bold</b>",
    "@mentions",
)
INTERESTS = ("Vegetables", "Bees 🐝", "Trees", "Compost & soil")
CUSTOM_FIELDS = (
    ("Favourite plant", "string"),
    ("Member since", "date"),
    ("Plot number", "number"),
    ("Interests", "multi_select"),
    ("=cmd|' /C calc'!A0", "string"),
)
"""Label and type of the custom fields."""
PLANTS = ("Tomato", "Rosmarin", "ラベンダー", "+1 basil", "@mint", "Kale, curly", "نعناع")
CITIES = (
    ("Boston", "MA", "02108", "United States"),
    ("Seattle", "WA", "98101", "United States"),
    ("Bristol", "", "BS1 4DJ", "United Kingdom"),
    ("München", "BY", "80331", "Germany"),
    ("東京", "", "100-0001", "Japan"),
)
"""City, state, postal code and country, by time zone."""
STREETS = ("Harbour Street", "Kastanienallee", "Rue de l’Église", "Long & Winding Road", "花通り")
JOBS = ("", "", "", "Gardener", "Teacher", "R&D, “lead”")
NOTES = (
    "Called about the plot.",
    "Asks for fewer emails; see ticket #12",
    "<i>VIP</i>\nsecond line",
)
