"""The calm words that every installation starts with, by kind, language and title."""

BLOCKS = (
    (
        "acceptance",
        "en",
        "Thanks, and the next date",
        "Thank you for your understanding, and for the way in which you took our message.\n\n"
        "The next step is … by …. We will tell you when it is done.",
    ),
    (
        "acceptance",
        "de",
        "Dank und der nächste Termin",
        "vielen Dank für Ihr Verständnis und dafür, wie Sie unsere Nachricht aufgenommen haben.\n\n"
        "Der nächste Schritt ist … bis zum …. Wir sagen Ihnen, wenn er getan ist.",
    ),
    (
        "disappointment",
        "en",
        "Heard, and what we can do",
        "I hear that this is not what you had hoped for, and I am sorry that it is not.\n\n"
        "What we can do is make the change smooth: we finish … by …, and we hand over … to whoever"
        " looks after you next. If something else would help you, please tell me.",
    ),
    (
        "disappointment",
        "de",
        "Gehört, und was wir tun können",
        "ich verstehe, dass Sie sich etwas anderes erhofft haben, und es tut mir leid.\n\n"
        "Was wir tun können: den Übergang leicht machen. Wir schließen … bis zum … ab und übergeben"
        " … an die, die Sie künftig betreuen. Wenn Ihnen etwas anderes hilft, sagen Sie es mir"
        " bitte.",
    ),
    (
        "anger",
        "en",
        "Thanks for saying so, and what we can settle",
        "Thank you for telling me openly how you see it. I have read every word.\n\n"
        "I would like to keep to what we can settle together: …. You will have … by …. If you would"
        " rather talk, I am glad to call you on … at ….",
    ),
    (
        "anger",
        "de",
        "Dank für die Offenheit, und was wir klären können",
        "vielen Dank, dass Sie mir offen sagen, wie Sie es sehen. Ich habe jedes Wort gelesen.\n\n"
        "Ich möchte bei dem bleiben, was wir gemeinsam klären können: …. Bis zum … haben Sie …."
        " Wenn Sie lieber sprechen möchten, rufe ich Sie gern am … um … an.",
    ),
    (
        "negotiation",
        "en",
        "Your proposal, and when we answer",
        "Thank you for your proposal. As I understand it, you suggest: ….\n\n"
        "I will bring it to my colleagues and answer you by …. Until then nothing changes, and you"
        " will get no reminder from us.",
    ),
    (
        "negotiation",
        "de",
        "Ihr Vorschlag, und wann wir antworten",
        "vielen Dank für Ihren Vorschlag. So habe ich ihn verstanden: ….\n\n"
        "Ich bespreche ihn mit meinen Kolleginnen und Kollegen und antworte Ihnen bis zum …. Bis"
        " dahin ändert sich nichts, und Sie bekommen keine Erinnerung von uns.",
    ),
    (
        "threat_of_claim",
        "en",
        "Noted, and answered in writing",
        "I have noted what you say, and I have passed it on.\n\n"
        "You will get our answer in writing by …. Until then we keep everything that belongs to our"
        " work for you.",
    ),
    (
        "threat_of_claim",
        "de",
        "Aufgenommen, Antwort schriftlich",
        "ich habe aufgenommen, was Sie sagen, und es weitergegeben.\n\n"
        "Unsere Antwort bekommen Sie schriftlich bis zum …. Bis dahin bewahren wir alles auf, was zu"
        " unserer Arbeit für Sie gehört.",
    ),
    (
        "silence",
        "en",
        "Did it reach you?",
        "I would like to be sure that our letter of … has reached you.\n\n"
        "Is this still the right address, and are you the right person? One line from you is"
        " enough. I will also try to call you on ….",
    ),
    (
        "silence",
        "de",
        "Hat es Sie erreicht?",
        "ich möchte sicher sein, dass unser Brief vom … Sie erreicht hat.\n\n"
        "Ist diese Adresse noch richtig, und sind Sie die richtige Person? Eine Zeile von Ihnen"
        " genügt. Ich versuche auch, Sie am … anzurufen.",
    ),
    (
        "general",
        "en",
        "An offer to talk",
        "If you would rather talk about it, I am there for you on … between … and ….",
    ),
    (
        "general",
        "de",
        "Ein Angebot zu sprechen",
        "Wenn Sie lieber darüber sprechen möchten, bin ich am … zwischen … und … für Sie da.",
    ),
    (
        "general",
        "en",
        "Thanks for the work together",
        "Thank you for the work that we have done together, and for your trust.",
    ),
    (
        "general",
        "de",
        "Dank für die Zusammenarbeit",
        "Wir danken Ihnen für die gemeinsame Arbeit und für Ihr Vertrauen.",
    ),
)
