"""Every sentence of the client pages, in the languages we write.

They stand here and not in the interface's catalogues: the reader gets bad news, in their own
language, whether or not somebody compiled a catalogue; and lawyers read this page.
"""

from __future__ import annotations

from dataclasses import dataclass

from notices.language.phrases import language_of


@dataclass(frozen=True)
class Phrases:
    """Sentences with their gaps; every gap is named."""

    skip: str
    error_prefix: str
    # the letter
    title: str
    to: str
    ends: str
    ends_open: str
    unwelcome: str
    sender: str
    reference: str
    letter_date: str
    ends_on: str
    # the same, of a cure warning: nothing ends by it
    warns_of_one: str
    warns_of: str
    right_by: str
    warning_next: str
    warning_next_past: str
    warning_dispute_text: str
    warning_sent_dispute: str
    warning_disputed_next: str
    read_here: str
    letter_pdf: str
    enclosures_title: str
    enclosure_pages_one: str
    enclosure_pages: str
    # confirming
    confirm_title: str
    not_agreement: str
    name: str
    box: str
    confirm: str
    what_we_keep: str
    leave_empty: str
    again_title: str
    again_text: str
    # asking, disputing, being somebody else
    question_title: str
    question: str
    question_hint: str
    your_name: str
    send_question: str
    person_title: str
    person_text: str
    person: str
    send_person: str
    dispute_title: str
    dispute_text: str
    dispute: str
    send_dispute: str
    disputed_title: str
    disputed_elsewhere: str
    disputed_since: str
    disputed_words: str
    disputed_receipt: str
    disputed_next: str
    disputed_ends: str
    disputed_more: str
    disputed_confirm: str
    sent_question: str
    sent_person: str
    sent_dispute: str
    sent_not_me: str
    # afterwards
    received: str
    receipt_title: str
    confirmed_by: str
    confirmed_at: str
    letter_checksum: str
    receipt_checksum: str
    receipt_pdf: str
    receipt_soon: str
    receipt_again: str
    receipt_never: str
    next_title: str
    next_work: str
    next_work_done: str
    next_work_open: str
    next_settlement: str
    next_contact: str
    next_nothing: str
    still_disputable: str
    not_me_link: str
    # this was not me
    not_me_title: str
    not_me_text: str
    not_me_effect: str
    not_me_box: str
    not_me_box_missing: str
    not_me_words: str
    not_me_send: str
    not_me_back: str
    # whom to call
    contact: str
    call_us: str
    # pages that open nothing
    gone_title: str
    unknown_text: str
    unknown_code: str
    withdrawn_title: str
    withdrawn_text: str
    superseded_title: str
    superseded_text: str
    replaced_title: str
    replaced_text: str
    ended_title: str
    ended_text: str
    pages_differ_title: str
    pages_differ_text: str
    too_often_title: str
    too_often_text: str
    too_large_title: str
    too_large_text: str
    # the typed code
    code_title: str
    code_text: str
    code: str
    code_hint: str
    code_send: str
    code_wrong: str
    code_missing: str
    # comparing
    check_title: str
    check_text: str
    checksum: str
    checksum_hint: str
    file: str
    file_hint: str
    check_send: str
    check_letter: str
    check_enclosure: str
    check_shared_enclosure: str
    check_receipt: str
    check_statement: str
    check_no_title: str
    check_no_text: str
    check_computed: str
    check_missing: str
    check_both: str
    check_malformed: str
    check_empty_file: str
    check_too_large: str
    # what is wrong with what was typed
    name_missing: str
    box_missing: str
    text_missing: str
    text_too_long: str
    name_too_long: str
    stale: str

    def pages_of(self, count: int) -> str:
        """Say how long an enclosure is."""
        return self.enclosure_pages_one if count == 1 else self.enclosure_pages.format(n=count)


PHRASES = {
    "en": Phrases(
        skip="Skip to content",
        error_prefix="Please look again",
        title="Our letter of {date}",
        to="For {name}, {client}",
        ends="In this letter we tell you that our services for {client} end on {date}.",
        ends_open="In this letter we tell you that our services for {client} end.",
        unwelcome="We know that this may not be welcome news. Please take the time that you need."
        " If you would rather talk, {name} is there for you: {phone}.",
        sender="From",
        reference="Our reference",
        letter_date="Date of the letter",
        ends_on="Our services end on",
        warns_of_one="In this letter we name one open point and ask you to put it right by {date}."
        " Nothing ends by this letter.",
        warns_of="In this letter we name {n} open points and ask you to put them right by {date}."
        " Nothing ends by this letter.",
        right_by="To be put right by",
        warning_next="Please put right what the letter names by {date}. If something stands in the"
        " way, tell us before that day.",
        warning_next_past="The day that the letter names, {date}, has passed. If something is still"
        " open, please talk to us.",
        warning_dispute_text="You can confirm receipt and dispute the letter, or one of its points;"
        " one does not exclude the other. If you write to us here, a person who leads the team"
        " reads your words, and nothing is decided before that.",
        warning_sent_dispute="Your words have arrived. A person who leads the team will get in"
        " touch with you.",
        warning_disputed_next="A person who leads the team has your words and gets in touch with"
        " you; nothing is decided before that.",
        read_here="Read the letter here",
        letter_pdf="The letter as PDF",
        enclosures_title="Enclosed with the letter",
        enclosure_pages_one="PDF, 1 page",
        enclosure_pages="PDF, {n} pages",
        confirm_title="Confirm that you have received it",
        not_agreement="This does not mean that you agree.",
        name="Your name",
        box="I am the addressee, or I may receive this for them",
        confirm="Confirm receipt",
        what_we_keep="We keep your name, the time, the name of your browser, and your network"
        " address in a form that cannot be read back.",
        leave_empty="Please leave this field empty",
        again_title="Was it not you who confirmed?",
        again_text="A mail program or somebody else may have pressed the button before you. You can"
        " confirm receipt here yourself; then your own confirmation counts.",
        question_title="Do you have a question?",
        question="Your question",
        question_hint="{name} usually answers within two working days.",
        your_name="Your name (optional)",
        send_question="Send question",
        person_title="Not the right person?",
        person_text="Please do not confirm. Tell us who should get this letter, if you know.",
        person="Who should get it?",
        send_person="Tell us",
        dispute_title="I dispute this",
        dispute_text="You can confirm receipt and dispute the letter; one does not exclude the"
        " other. If you write to us here, our automatic reminders stop, and a person who leads the"
        " team reads your words.",
        dispute="What do you dispute?",
        send_dispute="Send",
        disputed_title="This letter is disputed",
        disputed_elsewhere="What we wrote to you is disputed",
        disputed_since="We have it on record since {at}.",
        disputed_words="On {at} {name} wrote to us on this page:",
        disputed_receipt="On {at} {name} told us on this page that they did not confirm receipt.",
        disputed_next="Our automatic reminders have stopped. A person who leads the team knows"
        " of it and gets in touch with you; you need not do anything until then.",
        disputed_ends="If you no longer dispute the letter, please tell {name}: {phone}, {email}."
        " It cannot be taken back on this page, so that nobody does so in your place.",
        disputed_more="Add to what you dispute",
        disputed_confirm="Confirm receipt all the same",
        sent_question="Thank you. Your question has arrived, and {name} will answer it.",
        sent_person="Thank you for telling us. We will look for the right person.",
        sent_dispute="Your words have arrived. Automatic reminders have stopped, and a person who"
        " leads the team will get in touch with you.",
        sent_not_me="Thank you for telling us. The confirmation does not count any more, and a"
        " colleague will get in touch with you.",
        received="You confirmed that our letter arrived",
        receipt_title="Your receipt",
        confirmed_by="Confirmed by",
        confirmed_at="Confirmed on",
        letter_checksum="Checksum of the letter (SHA-256)",
        receipt_checksum="Checksum of your receipt (SHA-256)",
        receipt_pdf="Your receipt as PDF",
        receipt_soon="Your receipt as PDF is being made. It will be here in about a minute.",
        receipt_again="Show this page again",
        receipt_never="Your receipt could not be made as PDF. {name} will send it to you.",
        next_title="What happens next",
        next_work="Until {date} we do the work that the letter lists. On that day our services"
        " end.",
        next_work_done="Our services ended on {date}.",
        next_work_open="We do the work that the letter lists until our services end.",
        next_settlement="If an amount is open, it is due by {date}.",
        next_contact="For everything else, {name} is your contact.",
        next_nothing="On this page you need not do anything else. It stays here until {date}.",
        still_disputable="You have confirmed receipt only. You can still ask, or dispute the"
        " letter.",
        not_me_link="This was not you?",
        not_me_title="This was not you?",
        not_me_text="Receipt of our letter was confirmed on {at} with the name “{name}”.",
        not_me_effect="If it was neither you nor anybody who may do so for you, please tell us."
        " The confirmation then does not count any more, and a colleague gets in touch with you.",
        not_me_box="It was neither me nor anybody who may confirm for me.",
        not_me_box_missing="Please tick this box, so that nobody presses the button by mistake.",
        not_me_words="What should we know? (optional)",
        not_me_send="This was not me",
        not_me_back="Back to the letter",
        contact="Questions? {name}, {phone}, {email}",
        call_us="You can reach us here",
        gone_title="This page cannot be opened",
        unknown_text="The address may be incomplete, or its time may be over. You did nothing"
        " wrong, and nothing has been changed.",
        unknown_code="If you have our letter on paper, you can type the code that came with it.",
        withdrawn_title="This letter was withdrawn",
        withdrawn_text="We have taken back the letter that this page belonged to. You need not do"
        " anything here.",
        superseded_title="A newer letter replaces this one",
        superseded_text="Please use the link or the code that came with our newer letter.",
        replaced_title="A newer link replaces this one",
        replaced_text="Please use the link in our latest e-mail.",
        ended_title="This page is closed",
        ended_text="What it was about is finished, so there is nothing left to do here.",
        pages_differ_title="We cannot show this file at the moment",
        pages_differ_text="Something is wrong on our side. Please call or write to us, and we will"
        " send it to you.",
        too_often_title="Please wait a few minutes",
        too_often_text="There were many tries from your connection. Please try again in ten"
        " minutes, or call us.",
        too_large_title="This is more than we can take",
        too_large_text="Please go back and send less text or a smaller file.",
        code_title="Type the code from our letter",
        code_text="The code stands on the sheet that came with the letter, below the square.",
        code="Code",
        code_hint="12 letters and digits, for example ABCD-EFGH-2345. Capitals do not matter.",
        code_send="Continue",
        code_wrong="We do not know this code. Please compare it with the sheet, sign by sign.",
        code_missing="Please type the code.",
        check_title="Is this our letter?",
        check_text="Compare a letter, an enclosure or a receipt that you hold with the one that we"
        " sealed. We do not keep the file, and the answer names nobody.",
        checksum="Checksum (SHA-256)",
        checksum_hint="64 signs; it stands on the receipt page and on your receipt.",
        file="Or the PDF itself",
        file_hint="At most 25 MB.",
        check_send="Compare",
        check_letter="Yes. This is, byte for byte, the letter that we sealed on {date}. Our"
        " reference: {reference}.",
        check_enclosure="Yes. This is, byte for byte, an enclosure of the letter that we sealed on"
        " {date}. Our reference: {reference}.",
        check_shared_enclosure="Yes. This is, byte for byte, an enclosure that went with more than"
        " one of our letters, the latest of them sealed on {date}.",
        check_receipt="Yes. This is, byte for byte, the receipt that we made on {date}. Our"
        " reference: {reference}.",
        check_statement="Yes. This is, byte for byte, the settlement statement that we made on"
        " {date}. Our reference: {reference}.",
        check_no_title="We do not know this file",
        check_no_text="No letter, no enclosure and no receipt of ours has this checksum. A file"
        " that was printed and scanned, or saved anew, has another one. If in doubt, please call"
        " us.",
        check_computed="Checksum compared",
        check_missing="Please type a checksum or choose a file.",
        check_both="Please use one of the two: the checksum or the file.",
        check_malformed="A checksum has 64 signs: the digits 0 to 9 and the letters a to f.",
        check_empty_file="This file is empty.",
        check_too_large="This file is larger than 25 MB. None of ours is.",
        name_missing="Please type your name.",
        box_missing="Please tick this box if you may receive the letter. If you may not, use “Not"
        " the right person?” below.",
        text_missing="Please write a few words.",
        text_too_long="Please use at most 4,000 characters.",
        name_too_long="Please use at most 200 characters.",
        stale="This page was open for a long time, or was used already. What you typed is still"
        " here: please press the button once more.",
    ),
    "de": Phrases(
        skip="Zum Inhalt",
        error_prefix="Bitte noch einmal ansehen",
        title="Unser Schreiben vom {date}",
        to="Für {name}, {client}",
        ends="In diesem Schreiben teilen wir Ihnen mit, dass unsere Leistungen für {client} am"
        " {date} enden.",
        ends_open="In diesem Schreiben teilen wir Ihnen mit, dass unsere Leistungen für {client}"
        " enden.",
        unwelcome="Wir wissen, dass das vielleicht keine gute Nachricht ist. Nehmen Sie sich bitte"
        " die Zeit, die Sie brauchen. Wenn Sie lieber sprechen möchten, ist {name} für Sie da:"
        " {phone}.",
        sender="Von",
        reference="Unser Zeichen",
        letter_date="Datum des Schreibens",
        ends_on="Unsere Leistungen enden am",
        warns_of_one="In diesem Schreiben nennen wir einen offenen Punkt und bitten Sie, ihn bis"
        " {date} in Ordnung zu bringen. Durch dieses Schreiben endet nichts.",
        warns_of="In diesem Schreiben nennen wir {n} offene Punkte und bitten Sie, sie bis {date}"
        " in Ordnung zu bringen. Durch dieses Schreiben endet nichts.",
        right_by="In Ordnung zu bringen bis",
        warning_next="Bitte bringen Sie bis zum {date} in Ordnung, was im Schreiben steht. Wenn"
        " etwas im Weg steht, sagen Sie es uns bitte vorher.",
        warning_next_past="Der Tag aus dem Schreiben, der {date}, ist vorbei. Wenn noch etwas offen"
        " ist, sprechen Sie bitte mit uns.",
        warning_dispute_text="Sie können den Empfang bestätigen und dem Schreiben oder einem seiner"
        " Punkte trotzdem widersprechen; das eine schließt das andere nicht aus. Was Sie uns hier"
        " schreiben, liest jemand aus der Leitung unseres Teams; vorher wird nichts entschieden.",
        warning_sent_dispute="Ihre Worte sind angekommen. Jemand aus der Leitung unseres Teams"
        " meldet sich bei Ihnen.",
        warning_disputed_next="Eine Person aus der Teamleitung hat Ihre Worte und meldet sich bei"
        " Ihnen; vorher wird nichts entschieden.",
        read_here="Das Schreiben hier lesen",
        letter_pdf="Das Schreiben als PDF",
        enclosures_title="Anlagen zum Schreiben",
        enclosure_pages_one="PDF, 1 Seite",
        enclosure_pages="PDF, {n} Seiten",
        confirm_title="Bestätigen Sie, dass Sie es erhalten haben",
        not_agreement="Das bedeutet nicht, dass Sie zustimmen.",
        name="Ihr Name",
        box="Das Schreiben ist an mich gerichtet, oder ich darf es für die genannte Person"
        " entgegennehmen",
        confirm="Empfang bestätigen",
        what_we_keep="Wir speichern Ihren Namen, die Uhrzeit, die Bezeichnung Ihres Browsers und"
        " Ihre Netzadresse in einer Form, die sich nicht zurückrechnen lässt.",
        leave_empty="Bitte lassen Sie dieses Feld leer",
        again_title="Haben nicht Sie den Empfang bestätigt?",
        again_text="Vielleicht hat ein Mailprogramm oder jemand anderes vor Ihnen auf den Knopf"
        " gedrückt. Sie können den Empfang hier selbst bestätigen; dann zählt Ihre Bestätigung.",
        question_title="Haben Sie eine Frage?",
        question="Ihre Frage",
        question_hint="{name} antwortet meist innerhalb von zwei Werktagen.",
        your_name="Ihr Name (freiwillig)",
        send_question="Frage senden",
        person_title="Nicht die richtige Person?",
        person_text="Bestätigen Sie dann bitte nicht. Sagen Sie uns, wer das Schreiben bekommen"
        " sollte, falls Sie es wissen.",
        person="Wer sollte es bekommen?",
        send_person="Mitteilen",
        dispute_title="Ich widerspreche",
        dispute_text="Sie können den Empfang bestätigen und dem Schreiben trotzdem widersprechen;"
        " das eine schließt das andere nicht aus. Wenn Sie uns hier schreiben, hören die"
        " automatischen Erinnerungen auf, und eine Person aus der Teamleitung liest Ihre Worte.",
        dispute="Welchem Punkt widersprechen Sie?",
        send_dispute="Senden",
        disputed_title="Diesem Schreiben wurde widersprochen",
        disputed_elsewhere="Dem, was wir Ihnen geschrieben haben, wurde widersprochen",
        disputed_since="Das ist bei uns seit dem {at} vermerkt.",
        disputed_words="Am {at} hat {name} uns auf dieser Seite geschrieben:",
        disputed_receipt="Am {at} hat {name} uns auf dieser Seite gesagt, den Empfang nicht"
        " bestätigt zu haben.",
        disputed_next="Unsere automatischen Erinnerungen haben aufgehört. Eine Person aus der"
        " Teamleitung weiß davon und meldet sich bei Ihnen; bis dahin müssen Sie nichts tun.",
        disputed_ends="Wenn Sie dem Schreiben nicht mehr widersprechen, sagen Sie es bitte {name}:"
        " {phone}, {email}. Auf dieser Seite lässt sich der Widerspruch nicht zurücknehmen, damit"
        " es niemand an Ihrer Stelle tut.",
        disputed_more="Den Widerspruch ergänzen",
        disputed_confirm="Den Empfang trotzdem bestätigen",
        sent_question="Vielen Dank. Ihre Frage ist angekommen. {name} antwortet Ihnen.",
        sent_person="Vielen Dank für den Hinweis. Wir suchen die richtige Person.",
        sent_dispute="Ihre Worte sind angekommen. Automatische Erinnerungen gibt es nicht mehr,"
        " und eine Person aus der Teamleitung meldet sich bei Ihnen.",
        sent_not_me="Vielen Dank für den Hinweis. Die Bestätigung zählt nicht mehr. Jemand von uns"
        " meldet sich bei Ihnen.",
        received="Sie haben bestätigt, dass unser Schreiben angekommen ist",
        receipt_title="Ihre Empfangsbestätigung",
        confirmed_by="Bestätigt von",
        confirmed_at="Bestätigt am",
        letter_checksum="Prüfsumme des Schreibens (SHA-256)",
        receipt_checksum="Prüfsumme Ihrer Empfangsbestätigung (SHA-256)",
        receipt_pdf="Ihre Empfangsbestätigung als PDF",
        receipt_soon="Ihre Empfangsbestätigung als PDF wird gerade erstellt. Sie steht in etwa"
        " einer Minute hier.",
        receipt_again="Diese Seite neu anzeigen",
        receipt_never="Ihre Empfangsbestätigung ließ sich nicht als PDF erstellen. {name} schickt"
        " sie Ihnen.",
        next_title="Wie es weitergeht",
        next_work="Bis zum {date} erledigen wir, was im Schreiben steht. An diesem Tag enden"
        " unsere Leistungen.",
        next_work_done="Unsere Leistungen haben am {date} geendet.",
        next_work_open="Wir erledigen, was im Schreiben steht, bis unsere Leistungen enden.",
        next_settlement="Falls ein Betrag offen ist, ist er bis zum {date} fällig.",
        next_contact="Für alles Weitere ist {name} für Sie da.",
        next_nothing="Auf dieser Seite müssen Sie nichts mehr tun. Sie bleibt bis zum {date}"
        " erreichbar.",
        still_disputable="Sie haben nur den Empfang bestätigt. Sie können weiterhin fragen oder"
        " dem Schreiben widersprechen.",
        not_me_link="Das waren nicht Sie?",
        not_me_title="Das waren nicht Sie?",
        not_me_text="Der Empfang unseres Schreibens wurde am {at} mit dem Namen „{name}“"
        " bestätigt.",
        not_me_effect="Wenn das weder Sie waren noch jemand, der es für Sie darf, sagen Sie es uns"
        " bitte. Die Bestätigung zählt dann nicht mehr, und jemand von uns meldet sich bei Ihnen.",
        not_me_box="Weder ich noch jemand, der es für mich darf, hat den Empfang bestätigt.",
        not_me_box_missing="Bitte setzen Sie dieses Häkchen, damit niemand versehentlich auf den"
        " Knopf drückt.",
        not_me_words="Was sollten wir wissen? (freiwillig)",
        not_me_send="Das war ich nicht",
        not_me_back="Zurück zum Schreiben",
        contact="Fragen? {name}, {phone}, {email}",
        call_us="So erreichen Sie uns",
        gone_title="Diese Seite lässt sich nicht öffnen",
        unknown_text="Die Adresse ist vielleicht unvollständig, oder ihre Zeit ist abgelaufen. Sie"
        " haben nichts falsch gemacht, und es hat sich nichts geändert.",
        unknown_code="Wenn Sie unser Schreiben auf Papier haben, können Sie den beiliegenden Code"
        " eingeben.",
        withdrawn_title="Dieses Schreiben wurde zurückgenommen",
        withdrawn_text="Wir haben das Schreiben, zu dem diese Seite gehörte, zurückgenommen. Sie"
        " müssen hier nichts tun.",
        superseded_title="Ein neueres Schreiben ersetzt dieses",
        superseded_text="Bitte benutzen Sie den Link oder den Code aus unserem neueren Schreiben.",
        replaced_title="Ein neuerer Link ersetzt diesen",
        replaced_text="Bitte benutzen Sie den Link aus unserer letzten E-Mail.",
        ended_title="Diese Seite ist geschlossen",
        ended_text="Worum es ging, ist abgeschlossen. Hier ist nichts mehr zu tun.",
        pages_differ_title="Wir können diese Datei gerade nicht zeigen",
        pages_differ_text="Bei uns ist etwas nicht in Ordnung. Bitte rufen Sie an oder schreiben"
        " Sie uns, dann schicken wir sie Ihnen.",
        too_often_title="Bitte warten Sie einige Minuten",
        too_often_text="Von Ihrem Anschluss kamen viele Versuche. Bitte versuchen Sie es in zehn"
        " Minuten wieder, oder rufen Sie uns an.",
        too_large_title="Das ist mehr, als wir annehmen können",
        too_large_text="Bitte gehen Sie zurück und senden Sie weniger Text oder eine kleinere"
        " Datei.",
        code_title="Geben Sie den Code aus unserem Brief ein",
        code_text="Der Code steht auf dem Blatt, das dem Brief beilag, unter dem Quadrat.",
        code="Code",
        code_hint="12 Buchstaben und Ziffern, zum Beispiel ABCD-EFGH-2345. Groß oder klein ist"
        " gleich.",
        code_send="Weiter",
        code_wrong="Diesen Code kennen wir nicht. Bitte vergleichen Sie ihn Zeichen für Zeichen"
        " mit dem Blatt.",
        code_missing="Bitte geben Sie den Code ein.",
        check_title="Ist das unser Schreiben?",
        check_text="Vergleichen Sie ein Schreiben, eine Anlage oder eine Empfangsbestätigung mit"
        " dem, was wir versiegelt haben. Wir behalten die Datei nicht, und die Antwort nennt"
        " niemanden.",
        checksum="Prüfsumme (SHA-256)",
        checksum_hint="64 Zeichen; sie steht auf der Empfangsseite und auf Ihrer Bestätigung.",
        file="Oder die PDF-Datei selbst",
        file_hint="Höchstens 25 MB.",
        check_send="Vergleichen",
        check_letter="Ja. Das ist Byte für Byte das Schreiben, das wir am {date} versiegelt haben."
        " Unser Zeichen: {reference}.",
        check_enclosure="Ja. Das ist Byte für Byte eine Anlage des Schreibens, das wir am {date}"
        " versiegelt haben. Unser Zeichen: {reference}.",
        check_shared_enclosure="Ja. Das ist Byte für Byte eine Anlage, die mehreren unserer"
        " Schreiben beilag; das letzte davon haben wir am {date} versiegelt.",
        check_receipt="Ja. Das ist Byte für Byte die Empfangsbestätigung, die wir am {date}"
        " erstellt haben. Unser Zeichen: {reference}.",
        check_statement="Ja. Das ist Byte für Byte die Abrechnungsübersicht, die wir am {date}"
        " erstellt haben. Unser Zeichen: {reference}.",
        check_no_title="Diese Datei kennen wir nicht",
        check_no_text="Kein Schreiben, keine Anlage und keine Empfangsbestätigung von uns hat diese"
        " Prüfsumme. Eine Datei, die gedruckt und gescannt oder neu gespeichert wurde, hat eine"
        " andere. Wenn Sie unsicher sind, rufen Sie uns bitte an.",
        check_computed="Verglichene Prüfsumme",
        check_missing="Bitte geben Sie eine Prüfsumme ein, oder wählen Sie eine Datei.",
        check_both="Bitte benutzen Sie eines von beiden: die Prüfsumme oder die Datei.",
        check_malformed="Eine Prüfsumme hat 64 Zeichen: die Ziffern 0 bis 9 und die Buchstaben a"
        " bis f.",
        check_empty_file="Diese Datei ist leer.",
        check_too_large="Diese Datei ist größer als 25 MB. Keine von uns ist so groß.",
        name_missing="Bitte geben Sie Ihren Namen ein.",
        box_missing="Bitte setzen Sie den Haken, wenn Sie das Schreiben entgegennehmen dürfen."
        " Wenn nicht, benutzen Sie unten „Nicht die richtige Person?“.",
        text_missing="Bitte schreiben Sie ein paar Worte.",
        text_too_long="Bitte höchstens 4.000 Zeichen.",
        name_too_long="Bitte höchstens 200 Zeichen.",
        stale="Diese Seite war lange offen oder wurde schon benutzt. Was Sie eingegeben haben,"
        " steht noch da: Bitte drücken Sie den Knopf noch einmal.",
    ),
}


def phrases_in(language: str) -> Phrases:
    """Return the sentences in a language, in English when we cannot write it."""
    return PHRASES[language_of(language)]
