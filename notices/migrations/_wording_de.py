"""The German wording patterns of a new installation; admins edit them afterwards.

How the phrases are read is told in `notices.language.word_search`.
"""

from __future__ import annotations

from typing import Any

BLOCKS: list[dict[str, Any]] = [
    {
        "code": "versagt",
        "title": "Wirft dem Kunden Versagen vor",
        "why": "Ein Vorwurf lädt zum Streit ein. Sagen Sie, was noch offen ist und bis wann.",
        "phrases": """
            Sie haben (leider/völlig/komplett/wiederholt/erneut) versagt => wir haben nicht erreicht, was wir beide wollten
            Ihr Versagen => die offenen Punkte
            Ihres (ständigen/völligen/wiederholten) Versagens => der offenen Punkte
            Sie haben .. versagt => wir haben nicht erreicht, was wir beide wollten
            Ihr/Ihre Firma/Unternehmen/Büro/Team/Abteilung/Leitung/Geschäftsführung/Geschäftsführer/Geschäftsführerin/Buchhalter/Buchhalterin/Mitarbeiter/Mitarbeiterin/Leute/Kollegen/Kollegin/Kollege hat/haben .. versagt/versäumt
            Ihr/Ihre Firma/Unternehmen/Büro/Team/Abteilung/Leitung/Geschäftsführung/Geschäftsführer/Mitarbeiter/Leute ist/sind (offenbar/offensichtlich/anscheinend/wohl) nicht in der Lage/fähig
            der/die Kunde/Kundin/Mandant/Mandantin/Auftraggeber/Auftraggeberin hat ... versagt/versäumt
            kein einziges Versprechen/Wort (gehalten/eingehalten)
            keinen einzigen Termin (gehalten/eingehalten)
            keine einzige Zusage/Frist/Absprache/Vereinbarung (gehalten/eingehalten)
            Sie haben es (wiederholt/erneut/mehrfach/abermals/leider) versäumt/unterlassen => wir bitten Sie noch
            Sie haben (wiederholt/erneut/mehrfach/abermals/leider) versäumt/unterlassen => wir bitten Sie noch
            haben Sie es (wiederholt/erneut/mehrfach/abermals) versäumt/unterlassen => bitten wir Sie noch
            Sie haben es nicht (einmal) geschafft/fertiggebracht => wir bitten Sie noch
            haben Sie es nicht (einmal) geschafft/fertiggebracht => bitten wir Sie noch
            Sie sind/waren (offenbar/offensichtlich/anscheinend/wohl) nicht in der Lage/fähig => wir bitten Sie noch
            Sie sind/waren (offenbar/offensichtlich/anscheinend/wohl) unfähig => wir bitten Sie noch
            Ihr (wiederholtes/ständiges/erneutes) Versäumnis => der offene Punkt
            Ihre (wiederholten/ständigen/zahlreichen/vielen) Versäumnisse => die offenen Punkte
            Ihrer (wiederholten/ständigen/zahlreichen/vielen) Versäumnisse => der offenen Punkte
            Sie haben uns (schwer/bitter/wiederholt/erneut) enttäuscht/hängenlassen/hängen => wir haben nicht erreicht, was wir beide wollten
            im Stich gelassen => ohne Antwort gelassen
            Ihre (ständigen/vielen/zahlreichen) Fehler => die offenen Punkte
        """,
        "unless": """
            wenn/falls/sollten Sie es ... haben
        """,
    },
    {
        "code": "ihre-schuld",
        "title": "Gibt dem Kunden die Schuld",
        "why": "Über Schuld wird gestritten. Die Kündigung braucht sie nicht.",
        "phrases": """
            Ihre (eigene/alleinige/ganz) Schuld => der Stand der Dinge
            Ihr (eigenes/alleiniges) Verschulden => der Stand der Dinge
            Sie sind (selbst/selber/allein/daran) (selbst/selber/allein) schuld
            selbst/selber schuld
            Sie sind an allem schuld => das ist der Stand der Dinge
            liegt/lag (allein/nur/einzig/ausschließlich) (und) allein/nur/einzig/ausschließlich an Ihnen => ist der Stand der Dinge
            Sie tragen (allein/die) (die) (alleinige/volle) Schuld/Verantwortung dafür/daran/für
            haben Sie sich selbst/selber zuzuschreiben
            von Ihnen verschuldet/verursacht => entstanden
            durch Sie verschuldet/verursacht => entstanden
        """,
    },
    {
        "code": "ihretwegen",
        "title": "Nennt den Kunden als Ursache",
        "why": "Der Grund ist eine Tatsache aus der Arbeit, keine Person.",
        "phrases": """
            wegen Ihnen => nach dem Stand der Dinge
            Ihretwegen => nach dem Stand der Dinge
            wegen/aufgrund Ihres (schlechten/unmöglichen/ständigen) Verhaltens/Benehmens/Tons/Auftretens => weil wir unterschiedlich arbeiten
            wegen/aufgrund Ihrer (schlechten/unmöglichen/ständigen) Unfähigkeit/Haltung/Einstellung/Nachlässigkeit/Faulheit/Art/Schlamperei => weil wir unterschiedlich arbeiten
            Ihr (schlechtes/unmögliches/ständiges/ganzes) Verhalten/Benehmen/Auftreten => die unterschiedliche Arbeitsweise
            Ihre (ganze) Unfähigkeit/Nachlässigkeit/Faulheit/Schlamperei/Arroganz => die unterschiedliche Arbeitsweise
        """,
    },
    {
        "code": "geweigert",
        "title": "Sagt, der Kunde weigere sich",
        "why": "Das Wort unterstellt ein Motiv. Es genügt, was nicht vereinbart wurde.",
        "phrases": """
            sich (wiederholt/beharrlich/stets/bis) (heute) geweigert
            Sie haben sich ... geweigert
            haben Sie sich ... geweigert
            weigern Sie sich
            Sie weigern sich
            weigert/weigerte/weigerten sich
            wir weigern uns => wir haben uns entschieden, nicht
            Ihr/Ihre Firma/Unternehmen/Büro/Team/Abteilung/Leitung/Geschäftsführung/Geschäftsführer/Geschäftsführerin/Buchhalter/Buchhalterin/Mitarbeiter/Mitarbeiterin/Leute/Kollegen/Kollegin/Kollege weigern sich
            Ihre (ständige/beharrliche/wiederholte) Weigerung
            Ihrer (ständigen/beharrlichen/wiederholten) Weigerung
            Sie verweigern/verweigerten
            Sie haben ... verweigert
        """,
        "unless": """
            Bank/Versicherung/Finanzamt/Behörde/Amt/Gericht weigert/weigerte/weigerten sich
        """,
    },
    {
        "code": "ignoriert",
        "title": "Sagt, der Kunde ignoriere uns",
        "why": "Wir wissen, dass keine Antwort kam; warum, wissen wir nicht.",
        "phrases": """
            Sie haben ... ignoriert => wir haben noch keine Antwort
            haben Sie ... ignoriert => haben wir noch keine Antwort
            Sie ignorieren/ignorierten => wir haben keine Antwort auf
            von Ihnen (stets/einfach/konsequent/komplett) ignoriert => noch nicht beantwortet
            Ihr/Ihre Firma/Unternehmen/Büro/Team/Abteilung/Leitung/Geschäftsführung/Geschäftsführer/Geschäftsführerin/Buchhalter/Buchhalterin/Mitarbeiter/Mitarbeiterin/Leute/Kollegen/Kollegin/Kollege hat/haben ... ignoriert
            Ihr/Ihre Firma/Unternehmen/Büro/Team/Abteilung/Leitung/Geschäftsführung/Geschäftsführer/Geschäftsführerin/Buchhalter/Buchhalterin/Mitarbeiter/Mitarbeiterin/Leute/Kollegen/Kollegin/Kollege ignoriert/ignorieren/ignorierte
            der/die Kunde/Kundin/Mandant/Mandantin/Auftraggeber/Auftraggeberin hat ... ignoriert
            Sie hatten/hielten es nicht nötig
            Sie halten/hielten es nicht für nötig
            halten/hielten Sie es nicht für nötig
            Sie reagieren/reagierten (einfach/grundsätzlich) nicht => wir haben keine Antwort
            nicht einmal geantwortet/reagiert/gemeldet
            in den Wind geschlagen
        """,
    },
    {
        "code": "schwieriger-kunde",
        "title": "Urteilt über den Kunden",
        "why": "Ein Urteil über die eigene Person nimmt niemand an.",
        "phrases": """
            schwierig*/schlecht*/unmöglich*/lästig*/anstrengend*/schlimmst*/unangenehm* Kunde*/Kundin*/Mandant*/Auftraggeber*/Klient* => Kunde mit anderen Wünschen
            Problemkunde*
            schlimmste/schlimmsten Jahr/Jahre/Zeit/Monate/Projekt/Erfahrung
            Sie sind/waren (einfach/so/sehr/zu/äußerst/völlig) schwierig/unmöglich/anstrengend/chaotisch/unzuverlässig/hoffnungslos
            mit Ihnen (kann/ist) (man) (nicht) (zu) (zusammenarbeiten/arbeiten) unmöglich/unerträglich
            mit Ihnen kann/konnte man (einfach/schlicht) nicht/nichts/nie
            mit Ihnen ist/war (einfach/schlicht) nicht (mehr) zu
            mit Ihnen ist/war (einfach/schlicht) kein/keine (vernünftiges/vernünftige) Gespräch/Arbeiten/Zusammenarbeit/Arbeit
            Ihre ständigen/ewigen/überzogenen/unmöglichen/absurden/unverschämten/endlosen Forderungen/Wünsche/Sonderwünsche/Extrawünsche/Beschwerden/Änderungen/Nörgeleien => Ihre Wünsche
            Ihrer ständigen/überzogenen/unmöglichen/absurden/unverschämten/endlosen Forderungen/Wünsche/Beschwerden/Änderungen => Ihrer Wünsche
            Ihr ständiges Nörgeln/Meckern/Beschweren => Ihre Wünsche
            so wie Sie mit uns umgehen/umgegangen
            wie Sie mit uns/unseren umgehen/umgegangen/umspringen
        """,
    },
    {
        "code": "zeit-verschwendet",
        "title": "Sagt, der Kunde habe Zeit verschwendet",
        "why": "Wenn es gesagt werden muss: was länger dauerte als geplant.",
        "phrases": """
            unsere/meine/unserer/aller Zeit verschwendet/vergeudet/gestohlen/geraubt => mehr Zeit gebraucht als geplant
            verschwenden/vergeuden/stehlen/rauben Sie (uns) (unsere/meine) (Zeit)
            Sie verschwenden/vergeuden/stehlen/rauben
            Zeitverschwendung => mehr Aufwand als geplant
            Zeit gestohlen/geraubt/verplempert => mehr Zeit gebraucht als geplant
            reine Verschwendung
        """,
    },
    {
        "code": "unehrlich",
        "title": "Unterstellt Unehrlichkeit",
        "why": "Das ist eine Anschuldigung, die bewiesen werden muss. Sagen Sie, welche Angaben abweichen.",
        "phrases": """
            unehrlich*/verlogen*/betrügerisch*/arglistig* => anders als in unseren Unterlagen
            gelogen/belogen/angelogen => etwas anderes angegeben, als uns vorliegt
            Sie lügen/logen
            =Lüge/=Lügen/=Lügner*/=Lügnerin*
            =Betrug/=Betrugs/=Betrüger*/=Betrügerei*
            uns (bewusst/vorsätzlich/absichtlich) betrogen/hintergangen/getäuscht
            hinters Licht geführt
            Ihre (ständigen/faulen/billigen) Ausreden => Ihre Gründe
            Unehrlichkeit
            vorgegaukelt/vorgemacht
            bewusst/absichtlich/vorsätzlich falsch*/verschwiegen => abweichend
        """,
    },
    {
        "code": "unprofessionell",
        "title": "Nennt den Kunden unprofessionell oder unhöflich",
        "why": "Beschreiben Sie, wie beide arbeiten, ohne Note.",
        "phrases": """
            Ihr unprofessionelles/unverschämtes/respektloses/unhöfliches/dreistes/arrogantes/aggressives Verhalten/Benehmen/Auftreten => die unterschiedliche Arbeitsweise
            Ihrem unprofessionellen/unverschämten/respektlosen/unhöflichen/dreisten/arroganten/aggressiven Verhalten/Benehmen/Auftreten => der unterschiedlichen Arbeitsweise
            unprofessionell*/unverschämt*/respektlos*/unhöflich*/inkompetent*/dreist*/beleidigend*/ungehörig*/arrogant*/aggressiv*/schamlos*
            frech/freche/frecher/freches/frechen
            Inkompetenz/Respektlosigkeit/Unverschämtheit*/Frechheit*/Arroganz/Dreistigkeit/Zumutung
            unfähig*
            lächerlich*/peinlich*/erbärmlich*/kindisch*/gierig*/dumm/dumme/dummen/idiotisch*
            Dummheit/Idiot/Idioten/Schande/Kindergarten/Chaostruppe/Affentheater
            schämen Sie sich
            Sie sollten sich schämen
            Ihr Ton
        """,
        "unless": """
            peinlich genau
        """,
    },
    {
        "code": "haben-es-satt",
        "title": "Zeigt Ärger",
        "why": "Ärger auf Papier wird wieder und wieder gelesen, meist von Anwälten.",
        "phrases": """
            haben/habe/hat es (so/wirklich/nun/jetzt/endgültig) satt => haben uns anders entschieden
            haben/habe (nun/jetzt/endgültig/wirklich) genug (von)
            uns/mir reicht es
            es reicht uns/mir
            jetzt/nun/langsam reicht es
            reicht's
            sind/bin Ihre/Ihrer/Ihr/Ihren/Sie ... leid/überdrüssig
            frustriert*/frustrierend*/Frust
            Geduld (ist/war) (nun/jetzt/endgültig) (am) Ende/erschöpft/verloren
            die Geduld verloren
            unsere/meine Geduld
            Nase (gestrichen) voll
            sind/bin es leid/müde
            verärgert/wütend/genervt/empört/stinksauer
            der letzte Tropfen
            das Fass zum Überlaufen
            Alptraum/Albtraum
            nicht/niemand/keiner mehr ertragen/aushalten
        """,
        "unless": """
            genug Zeit/Platz/Raum/Kapazität*/Leute/Personal/Unterlagen/Material/Mittel/Spielraum/Vorlauf/Tage/Wochen/Stunden/Mitarbeiter*/Kraft/Informationen/Geld/Kopien
            es reicht uns/mir wenn/ein/eine/bis/die/das/der
            uns/mir reicht es wenn/bis
        """,
    },
    {
        "code": "ihnen-egal",
        "title": "Unterstellt Gleichgültigkeit",
        "why": "Wir sehen, was getan wurde, nicht, was jemand empfindet.",
        "phrases": """
            ist/war/sind/waren Ihnen (offenbar/offensichtlich/wohl/anscheinend) (völlig/ganz/vollkommen/total) egal/gleichgültig/gleich
            Ihnen ist/war/sind (offenbar/offensichtlich/wohl/anscheinend) ... egal/gleichgültig
            interessiert/interessieren/interessierte Sie (offenbar/offensichtlich/wohl) nicht
            Sie kümmern/kümmerten/scheren/scherten sich um nichts/gar
            kümmert/kümmern/kümmerte Sie (offenbar/offensichtlich/wohl) nicht
            schert/scheren Sie nicht
            Ihr (völliges/mangelndes) Desinteresse => die anderen Schwerpunkte
            Ihre (völlige) Gleichgültigkeit/Ignoranz => die anderen Schwerpunkte
            Ihrer (völligen) Gleichgültigkeit/Ignoranz => der anderen Schwerpunkte
            Ihnen fehlt (jeder/jeglicher/offenbar/der) (der/jeder) Respekt
            keinen/keinerlei/null Respekt/Interesse
        """,
    },
    {
        "code": "drohung-mit-anwalt",
        "title": "Droht mit Anwalt oder Gericht",
        "why": "Eine Drohung gehört in die Hand des Anwalts und in einen eigenen Brief.",
        "phrases": """
            unser/unsere/unserem/unseren/unserer/mein/meine/meinem/meinen Anwalt/Anwälte/Anwälten/Anwältin/Rechtsanwalt/Rechtsanwältin/Rechtsanwälte*/Rechtsabteilung => die unten genannte Person
            einen Anwalt einschalten/beauftragen
            rechtliche (weitere) Schritte => die nächsten Schritte nach dem Vertrag
            rechtlichen Schritten => den nächsten Schritten nach dem Vertrag
            (allen) rechtlichen/juristischen Mitteln
            gerichtlich* Schritte*/Mahnverfahren/Maßnahmen => die nächsten Schritte nach dem Vertrag
            rechtliche Konsequenzen/Folgen => die nächsten Schritte nach dem Vertrag
            gerichtlich vorgehen/geltend/durchsetzen
            gegen Sie (gerichtlich/rechtlich/juristisch) vorgehen/klagen/prozessieren
            gerichtlich/rechtlich/juristisch gegen Sie
            Sie (gerichtlich/rechtlich) belangen
            sehen/treffen wir uns vor
            wir/ich zeigen/zeige Sie an
            werden/werde Sie anzeigen
            Anzeige (gegen) (Sie) erstatten
            vor Gericht sehen/wieder/wiedersehen/bringen/ziehen/zerren
            vor Gericht ziehen/bringen/gehen
            sehen uns vor Gericht
            Sie verklagen
            verklagen
            Klage einreichen/erheben
            Inkasso* => die nächsten Schritte nach dem Vertrag
            Mahnbescheid* => die nächsten Schritte nach dem Vertrag
            Gerichtsvollzieher*
            Strafanzeige*
            an die Presse/Öffentlichkeit
        """,
        "unless": """
            unser/unsere/unserem/unseren/unserer Anwalt/Anwälte/Anwälten/Anwältin/Rechtsanwalt/Rechtsanwältin/Rechtsanwälte*/Rechtsabteilung ... Akte/Akten/Unterlagen/Übergabe
            Inkasso Ihrer/für
            sehen/treffen wir uns vor Ort
            keine/ohne/vermeiden rechtliche* Schritte
            Ihr/Ihre/Ihren/Ihrer Inkasso*/Mahnbescheid*
        """,
    },
    {
        "code": "drohung",
        "title": "Droht",
        "why": "Auf eine Drohung folgt eine Drohung. Sagen Sie, was wann nach welcher Klausel geschieht.",
        "phrases": """
            werden Sie ... bereuen
            Sie werden ... bereuen
            Konsequenzen tragen/spüren
            wird (noch) (ein) Konsequenzen/Nachspiel/Folgen haben
            hat/haben Konsequenzen
            andernfalls/sonst werden/lernen/sehen/können Sie
            ansonsten sehen wir uns
            Sie werden (noch) (schon) sehen
            wir können auch anders
            werden wir allen/jedem erzählen/berichten
            vor Ihnen warnen
            dafür werden Sie (noch) (teuer) bezahlen
            Ihren Ruf/Namen (zu) ruinieren/zerstören/schädigen
            Ihre Firma/Existenz (zu) ruinieren/zerstören
            schwarze/schwarzen Liste
            der/die/bei Schufa/Creditreform/Auskunftei/Auskunfteien ... melden/informieren/mitteilen/gemeldet
            dafür sorgen dass Sie/niemand/keiner/jeder/alle
        """,
        "unless": """
            sonst können Sie uns/sich/gern/gerne/jederzeit
            dafür sorgen dass Sie ... erhalten/bekommen/haben/können/finden/wissen
            dafür sorgen dass alle/niemand/keiner ... erhalten/bekommen/fehlt/fehlen/verliert/übergeben/vollständig
        """,
    },
    {
        "code": "verachtung",
        "title": "Spricht mit Verachtung",
        "why": "Es ändert nichts an dem, was offen ist, und gerade dieser Satz wird zitiert.",
        "phrases": """
            nichts als Ärger/Probleme/Ausreden/Beschwerden/Scherereien => mehr Aufwand als geplant
            Sie haben/machen/machten (uns) (immer/stets/bisher) nur Ärger/Probleme/Scherereien/Kummer
            mit Ihnen nichts mehr zu tun/schaffen
            nichts mehr mit Ihnen zu tun/schaffen
            mit Ihnen wollen/will/möchten wir/ich nichts (mehr) zu tun
            auf/mit Kunden/Mandanten/Auftraggeber/Auftraggebern/Menschen wie Sie/Ihnen
            Leute/Leuten wie Sie/Ihnen
            Leute/Leuten Ihres Schlages
            Sie los (zu) sein/sind/werden/geworden
            Sie loszuwerden
            Nimmerwiedersehen
            melden/rufen/schreiben Sie (sich/uns/mir) (bei/an) (uns/mir) nie wieder/mehr
            was fällt/erlauben Ihnen/Sie ein/sich
            was bilden Sie sich (eigentlich) ein
            wie können Sie es wagen
            für wen halten Sie sich
            auf der Nase herum*
            wie (der) (letzte) Luft/Dreck/Dienstboten/Sklaven/Idioten/Kinder behandelt/behandeln
            uns/mich wie .. behandelt/behandeln
            an die eigene Nase
            (suchen) Sie sich andere/einen (anderen) Dumme*
            uns/mich (nur/immer/stets/ständig/wiederholt) ausgenutzt/ausgenommen/schikaniert/beleidigt/bedroht/angeschrien/gedemütigt/erpresst/beschimpft
            Mitarbeiter*/Kollegen/Kolleginnen/Team/Leute (nur/immer/stets/ständig/wiederholt) ausgenutzt/schikaniert/beleidigt/bedroht/angeschrien/gedemütigt/beschimpft
            Sie sind/waren (einfach/so/sehr/zu/nur/völlig) undankbar/faul/geizig/egoistisch/selbstsüchtig/boshaft/kleinlich/rücksichtslos/unerträglich/dreist
            undankbar*/Undank*/heuchlerisch*/Heuchelei/niederträchtig*/widerlich*/ekelhaft*/abscheulich*
            Ihre Gier/Faulheit/Bosheit/Selbstsucht/Rücksichtslosigkeit/Überheblichkeit/Undankbarkeit/Ignoranz
            Ihrer Gier/Faulheit/Bosheit/Selbstsucht/Rücksichtslosigkeit/Überheblichkeit/Undankbarkeit
            toxisch*
            Ihr toxisches Verhalten/Benehmen/Auftreten => die unterschiedliche Arbeitsweise
            können/kann/konnten Ihnen (einfach/leider) nicht (mehr/länger) vertrauen/trauen/glauben
            Ihnen (können/kann) (wir/ich/man) nicht (mehr/länger) vertrauen/trauen/glauben
            jedes/jegliches/alles Vertrauen in Sie/Ihre (verloren)
            Sie hatten nie/niemals (die) (ernsthafte) vor/Absicht
            nicht der Mühe/Rede wert
            anwidern/angewidert/anekeln/verachten/Verachtung
        """,
        "unless": """
            toxische/toxischen/toxischer Stoff*/Abfall*/Abfäll*/Substanz*/Material*/Wertpapier*
            nicht toxisch
            uns/mich wie (gute/guten) Freunde/Freund/Partner/Familie/Gäste/Kollegen behandelt
        """,
    },
    {
        "code": "last",
        "title": "Beschreibt den Kunden als Last",
        "why": "Der Brief beendet die Arbeit. Wie sie war, muss er nicht erzählen.",
        "phrases": """
            ist das der Dank
            das ist also der Dank
            zum Narren gehalten/halten
            Gutmütigkeit/Entgegenkommen/Großzügigkeit/Kulanz (schamlos/immer/nur) ausgenutzt
            jeden/jeglichen/allen Respekt (vor) (Ihnen) verloren
            niemand/keiner (hier/mehr) (in) (unserer/unserem) (Firma/Team/Haus) will/möchte mit Ihnen
            mit Ihnen will/möchte (hier) niemand/keiner
            Leben/Arbeit/Alltag zur/zum Hölle/Qual/Albtraum/Alptraum
            Hölle/Unsinn/Quatsch
            nicht (länger/mehr/weiter) gefallen/bieten (lassen)
            Sie hören (einfach) nie/nicht zu
            Sie lernen nie/nicht/nichts
            mit/von Ihren (ewigen/ständigen/faulen) Ausreden
            Sie haben ... nicht verdient
            Sie haben keinen/keinerlei/kein Anstand/Gewissen/Benehmen/Ehrgefühl/Schamgefühl
            typisch (für) Sie
            sagt alles/genug über Sie
            wissen/weiß wo Sie wohnen
            Sie haben uns/mich (fast/beinahe) ruiniert/zerstört
            zum/zur Weinen/Verzweiflung gebracht/getrieben
            wir haben Sie gewarnt
            Sie haben sich nicht/nie (einmal) entschuldigt
            genug ist genug
            Schluss damit
            mehr Ärger als
            das Leben schwer gemacht
            (wochenlang/monatelang/lange) hingehalten
            Ihnen (offensichtlich/offenbar) nichts wert
            von Anfang an ein Fehler
            eine einzige Katastrophe/Zumutung/Enttäuschung/Qual
            Anstand vermissen
            jeden/jeglichen/jedes/jegliches/jede Anstand/Respekt/Maß
            Sie nicht (mehr/länger) als Kunden/Kunde/Kundin/Mandanten/Auftraggeber
        """,
        "unless": """
            Sie haben ... Fehler/Lage/Umstände/Aufwand ... nicht verdient
        """,
    },
]

WARNINGS: list[dict[str, Any]] = [
    {
        "code": "immer-nie",
        "title": "Verallgemeinert mit immer oder nie",
        "why": "Ein einziges Gegenbeispiel genügt, und der Satz ist bestritten.",
        "phrases": """
            Sie haben (bisher/bis/noch) (heute) nie/niemals => uns liegt nicht vor, dass Sie
            haben Sie (bisher/bis/noch) (heute) nie/niemals
            Sie .. immer/ständig/dauernd/andauernd/stets/permanent/laufend (wieder)
            Sie .. nie/niemals
            nie/niemals haben/waren/konnten/wollten Sie
            immer/ständig/dauernd mussten/müssen wir
            immer wieder => mehrmals
            jedes (verdammte) einzelne Mal => mehrmals
            schon wieder => erneut
            wie üblich/immer
        """,
        "unless": """
            können/dürfen/finden/erreichen/werden Sie ... immer/stets
            Sie können/dürfen/finden/erreichen/sind/werden (mich/uns) ... immer/stets
            Sie haben (uns/mir) (auch) immer/stets (gut/sehr/freundlich/pünktlich/fair) vertraut/unterstützt/geholfen/behandelt/begleitet/zusammengearbeitet/bezahlt
            Sie haben uns/mir (auch) immer/stets
            Sie haben (auch) immer/stets ... pünktlich/freundlich/fair/schnell/offen/ehrlich/rasch/gern/gezahlt/bezahlt
            Sie müssen nie/niemals
        """,
    },
    {
        "code": "zahlreiche-mahnungen",
        "title": "Zählt unsere Erinnerungen vorwurfsvoll auf",
        "why": "Die Daten der Erinnerungen sagen mehr als ihre Zahl.",
        "phrases": """
            trotz (unserer/all) (unserer) zahlreicher/zahlreichen/mehrfacher/mehrfachen/wiederholter/wiederholten/vieler/vielen/mehrerer/mehreren/mehrmaliger/unzähliger/unzähligen/ständiger (schriftlicher/freundlicher) Mahnung*/Erinnerung*/Aufforderung*/Bitten/Bitte/Schreiben/Hinweise/Anrufe/E-Mails/Mails/Nachfrage*/Versuche => nach unseren Erinnerungen
            trotz (all) unserer (schriftlichen/freundlichen) Mahnung*/Erinnerung*/Aufforderung*/Bitten/Schreiben/Hinweise/Anrufe/E-Mails/Mails/Nachfrage* => nach unseren Erinnerungen
            nach zahllosen/unzähligen/zahlreichen/endlosen/vielen Mahnung*/Erinnerung*/Aufforderung*/Bitten/Schreiben/Hinweisen/Anrufen/E-Mails/Nachfrage*/Versuchen => nach unseren Erinnerungen
            x-mal/zigmal/hundertmal/dutzendmal
            zum x-ten/wiederholten/letzten Mal/Male
            wie oft haben/mussten wir
            hinter Ihnen/Ihren herlaufen/hergelaufen/hinterherlaufen
            hinterherlaufen/hinterhergelaufen/hinterhertelefonieren
        """,
    },
    {
        "code": "haetten-sollen",
        "title": "Sagt, was der Kunde hätte tun sollen",
        "why": "Vergangenes ändert niemand; sagen Sie, was jetzt gebraucht wird.",
        "phrases": """
            Sie hätten ... müssen/sollen/können => uns hätte geholfen, früher davon zu wissen
            hätten Sie ... müssen/sollen/können => hätte uns geholfen, früher davon zu wissen
            wäre Ihre Pflicht/Aufgabe
            war Ihre Pflicht/Aufgabe
            müssten Sie (eigentlich/doch/selbst/längst) wissen
        """,
    },
    {
        "code": "inakzeptabel",
        "title": "Nennt etwas inakzeptabel",
        "why": "Sagen Sie, was vereinbart war und was davon abweicht.",
        "phrases": """
            (völlig/absolut/schlicht/einfach) inakzeptabel*/unannehmbar*/untragbar*/unzumutbar*/unerträglich*/indiskutabel*/unhaltbar*/skandalös*/ungeheuerlich* => nicht so, wie wir es vereinbart haben
            (völlig/absolut/schlicht/einfach) nicht (länger/mehr/weiter) akzeptabel/hinnehmbar/tragbar/tolerierbar/zumutbar => nicht so, wie wir es vereinbart haben
            nicht (länger/mehr/weiter) hinnehmen/tolerieren/dulden => anders vereinbart haben
            so geht es nicht (weiter)
            das geht (so) (gar/überhaupt) nicht
        """,
    },
    {
        "code": "alles-getan",
        "title": "Lobt unseren eigenen Einsatz",
        "why": "Eigenlob liest sich als Vorwurf an den anderen.",
        "phrases": """
            alles (erdenkliche/mögliche/menschenmögliche/in) (unserer) (Macht) (stehende) getan/versucht/unternommen => sorgfältig gearbeitet
            alles in unserer Macht Stehende getan/versucht/unternommen => sorgfältig gearbeitet
            ein Bein ausgerissen => sorgfältig gearbeitet
            weit über das hinaus/hinausgegangen
            mehr als genug getan/Geduld/Entgegenkommen
            mehr als geduldig/großzügig/kulant/entgegenkommend/fair => zum Gespräch bereit
            sind Ihnen (immer/stets/mehrfach/oft) entgegengekommen
        """,
    },
    {
        "code": "nicht-unsere-schuld",
        "title": "Verteidigt uns",
        "why": "Wer sich verteidigt, zeigt, dass es etwas anzugreifen gibt.",
        "phrases": """
            nicht unsere Schuld => außerhalb dessen, was wir ändern können
            nicht unser Verschulden/Fehler/Problem => außerhalb dessen, was wir ändern können
            nicht (von) uns anzulasten
            nicht unsererseits (zu) verschuldet/vertreten
            trifft uns keine/keinerlei Schuld/Verschulden
            trifft uns nicht
            uns trifft keine/keinerlei Schuld
            nicht an uns (liegt/lag/gelegen)
            haben wir nicht zu vertreten/verantworten
            wir haben uns nichts vorzuwerfen
        """,
    },
    {
        "code": "keine-wahl",
        "title": "Sagt, wir hätten keine Wahl",
        "why": "Wir entscheiden und sagen es; Zwang klingt nach Vorwurf.",
        "phrases": """
            keine (andere) Wahl (gelassen/lassen/als) => eine Entscheidung getroffen
            lassen/ließen Sie uns keine (andere) Wahl
            bleibt/blieb uns (leider) (nichts/keine/nur) (anderes/andere) (übrig/Wahl/Möglichkeit) (als)
            sehen uns (leider) (daher/deshalb) gezwungen/genötigt/veranlasst => haben uns entschieden
            sehe mich (leider) (daher/deshalb) gezwungen/genötigt/veranlasst => habe mich entschieden
            sind (leider) (daher/deshalb) gezwungen/genötigt => haben uns entschieden
            Sie zwingen uns/mich
            zwingen Sie uns/mich
            zwingt uns/mich => führt uns dazu
        """,
        "unless": """
            bleibt uns nur/noch Ihnen/der
        """,
    },
    {
        "code": "sofortige-wirkung",
        "title": "Endet sofort, neben dem vereinbarten Tag",
        "why": "Der Brief nennt einen Tag, und der hält die Frist ein.",
        "phrases": """
            mit sofortiger Wirkung => zu dem Tag, den dieser Brief nennt
            ab sofort => ab dem Tag, den dieser Brief nennt
            fristlos* => zum genannten Tag
            mit heutigem Tag/Tage => zu dem Tag, den dieser Brief nennt
            ab heute => ab dem Tag, den dieser Brief nennt
            per sofort => zu dem Tag, den dieser Brief nennt
        """,
    },
    {
        "code": "letzte-warnung",
        "title": "Gibt eine letzte Warnung",
        "why": "Eine Kündigung beendet; eine Warnung kommt davor.",
        "phrases": """
            letzte/letzten/letzter/letztes/letztmalige/letztmaligen (und) Mahnung*/Warnung*/Aufforderung*/Chance*/Frist/Gelegenheit/Erinnerung => Erinnerung
            letztmalig/letztmals => noch einmal
            Abmahnung*
            zum (aller) letzten Mal
        """,
    },
    {
        "code": "wir-fordern",
        "title": "Fordert",
        "why": "Eine Bitte mit Datum wird eher erfüllt als eine Forderung.",
        "phrases": """
            wir/ich fordern/fordere Sie (hiermit/nochmals/letztmalig/nachdrücklich/dringend/daher) (auf) => wir bitten Sie
            fordern wir Sie (hiermit/nochmals/letztmalig/nachdrücklich/dringend) (auf) => bitten wir Sie
            wir/ich verlangen/verlange (hiermit/nachdrücklich) => wir bitten um
            verlangen wir (hiermit/nachdrücklich) => bitten wir um
            wir/ich bestehen/bestehe (hiermit/nachdrücklich) darauf => wir bitten darum
            wir/ich bestehen/bestehe (hiermit/nachdrücklich) auf => wir bitten um
            wir/ich erwarten/erwarte (hiermit/nachdrücklich/umgehend) (von) (Ihnen) dass/umgehend/unverzüglich => wir bitten darum, dass
            wir/ich erwarten/erwarte von Ihnen => wir bitten Sie um
            Sie haben ... zu zahlen/begleichen/überweisen/unterlassen/liefern/erscheinen
        """,
    },
    {
        "code": "sofort",
        "title": "Verlangt etwas sofort",
        "why": "Ein Datum lässt sich einhalten; „sofort“ lässt sich nur verpassen.",
        "phrases": """
            sofort/umgehend/unverzüglich/schleunigst/schnellstens/baldmöglichst/augenblicklich => bis zum genannten Tag
            schnellstmöglich* => bis zum genannten Tag
            so schnell wie möglich => bis zum genannten Tag
            so bald wie möglich => bis zum genannten Tag
            sofortige/sofortigen/umgehende/umgehenden/unverzügliche
            ohne (jeden/weiteren/weitere) Aufschub/Verzug/Verzögerung => bis zum genannten Tag
            auf der Stelle => bis zum genannten Tag
            dringend => bis zum genannten Tag
        """,
    },
    {
        "code": "verstoss",
        "title": "Wirft einen Verstoß vor",
        "why": "Ob etwas ein Verstoß ist, entscheiden andere; sagen Sie, was offen ist.",
        "phrases": """
            (schwerer/grober/klarer/wiederholter) Verstoß gegen => Abweichung von
            Verstöße gegen => Abweichungen von
            Verstoß/Verstoßes/Verstöße/Verstößen
            verstoßen/verstößt/verstießen
            Vertragsbruch*/Vertragsverletzung*/Pflichtverletzung*/Zuwiderhandlung*/Nichteinhaltung => Abweichung
            vertragswidrig*/pflichtwidrig* => anders als vereinbart
            gegen (alle) (unsere) (Absprachen/Vereinbarungen/Regeln) verstoßen
            Wort/Versprechen/Zusagen/Zusage/Absprachen gebrochen
            Vertrag gebrochen
        """,
    },
    {
        "code": "enttaeuscht",
        "title": "Zeigt Enttäuschung",
        "why": "Wie es uns geht, muss der Leser nicht verantworten.",
        "phrases": """
            enttäuscht/enttäuschend*/enttäuschte/Enttäuschung/Enttäuschungen
            fassungslos/entsetzt/erschüttert/schockiert/bestürzt/verletzt
            zu unserem/meinem (großen/tiefen) Bedauern/Entsetzen/Erstaunen
        """,
        "unless": """
            enttäuscht sind/sein
            Sie (sicher/vielleicht/womöglich/möglicherweise) enttäuscht
            Ihre Enttäuschung
            Enttäuschung für Sie
            für Sie (eine) enttäuschend/Enttäuschung
            Rechte/Rechts verletzt
        """,
    },
    {
        "code": "mangelnde",
        "title": "Nennt, woran es dem Kunden mangelt",
        "why": "Sagen Sie, was wir noch brauchen, als Bitte mit Datum.",
        "phrases": """
            Ihre (völlig/offenbar/ständig) mangelnde/fehlende/mangelhafte/schlechte
            Ihrer (völlig/offenbar/ständig) mangelnden/fehlenden/mangelhaften/schlechten
            Ihr (völlig/offenbar/ständig) mangelndes/fehlendes/mangelhaftes
            Ihres (völlig/offenbar/ständig) mangelnden/fehlenden
            Ihrem mangelnden/fehlenden/mangelhaften
            mangels (Ihrer) Mitwirkung/Kooperation/Rückmeldung
            Ihr Mangel an
            Ihnen fehlt/mangelt (es) (an) => wir brauchen noch
            mangelnde/mangelnder/mangelnden (Ihrer/Ihrerseits) Mitwirkung/Kooperation/Zahlungsmoral/Bereitschaft
        """,
    },
    {
        "code": "namenlose-anrede",
        "title": "Spricht niemanden mit Namen an",
        "why": "Eine Kündigung geht an einen Menschen mit Namen; die Anrede entsteht aus dem Empfänger.",
        "phrases": """
            sehr geehrte/geehrter Kunde/Kundin/Kunden/Kundinnen/Damen/Mandant/Mandantin/Mandanten
            liebe/lieber/werte/werter/geschätzte/geschätzter Kunde/Kundin/Kunden/Kundinnen/Mandant/Mandanten
            an alle/unsere (unsere) Kunden
        """,
    },
    {
        "code": "saeumig",
        "title": "Nennt den Kunden säumig",
        "why": "Eine Rechnung ist offen; der Kunde ist dadurch nichts anderes geworden.",
        "phrases": """
            säumig*
            Zahlungsverzug* => noch offene Rechnungen
            in Verzug => noch offen
            im Verzug => noch offen
            Zahlungsrückstand*/Zahlungsrückstände*/Rückstand/Rückstände* => offene Rechnungen
            Schuldner*/Schulden => offene Rechnungen
            Zahlungsmoral => Zahlungsweise
            längst überfällig* => noch offen
            Sie schulden uns => offen sind noch
            schulden Sie uns => sind noch offen
        """,
        "unless": """
            Schuldnerberatung*
            Ihr/Ihre/Ihren/Ihrer Schuldner*
        """,
    },
    {
        "code": "andere-kunden",
        "title": "Vergleicht mit anderen Kunden",
        "why": "Andere Kunden gehen niemanden etwas an, und der Vergleich beschämt.",
        "phrases": """
            alle/unsere (unsere) anderen/übrigen Kunden/Mandanten
            andere Kunden/Mandanten zahlen/schaffen/können/haben/halten/verstehen/akzeptieren
            im Gegensatz zu (allen) (unseren) anderen Kunden/Mandanten
            kein anderer Kunde/Mandant
            jeder andere Kunde/Mandant
            anders als (alle) (unsere) anderen Kunden/Mandanten
        """,
    },
    {
        "code": "keine-erstattung",
        "title": "Schließt Erstattungen schroff aus",
        "why": "Was auf beiden Seiten offen ist, steht unter Abrechnung; ein bloßes Nein reizt.",
        "phrases": """
            keine/keinerlei Rückerstattung*/Erstattung*/Rückzahlung*
            (wird/werden) nicht erstattet/zurückerstattet/zurückgezahlt
            Erstattung*/Rückerstattung*/Rückzahlung* (ist/sind) (leider) ausgeschlossen
        """,
    },
    {
        "code": "ausrufezeichen",
        "title": "Setzt ein Ausrufezeichen",
        "why": "Auf Papier klingt es wie eine laute Stimme.",
        "phrases": "! => .",
    },
    {
        "code": "doppelte-fragezeichen",
        "title": "Fragt mit mehreren Fragezeichen",
        "why": "Eines ist eine Frage, zwei sind ein Vorwurf.",
        "phrases": "?? => ?\n?! => ?\n!? => ?",
    },
    {
        "code": "grossbuchstaben",
        "title": "Schreibt Wörter in Großbuchstaben",
        "why": "Großbuchstaben lesen sich als Schreien. Namen, die der Fall selbst so schreibt, bleiben.",
        "phrases": "{CAPITALS}",
        "unless": "ASAP/IBAN/SEPA/SWIFT/BACS/CHAPS/HMRC/GDPR/DSGVO/DATEV/ELSTER/EBITDA/XBRL/HTML",
    },
    {
        "code": "privates",
        "title": "Berührt Gesundheit, Familie oder Religion",
        "why": "Das ist niemandes Grund, und das Gesetz schützt es; lassen Sie es weg.",
        "phrases": """
            Ihre (schlechte/angeschlagene/psychische) Gesundheit
            Ihrer (schlechten/angeschlagenen/psychischen) Gesundheit
            gesundheitlich*/psychisch* Gründe*/Probleme*/Zustand/Verfassung
            Ihre/Ihrer/Ihren Krankheit/Erkrankung/Schwangerschaft/Scheidung/Ehe/Trennung/Religion/Kirche/Herkunft/Behinderung/Nationalität/Familie
            Ihr/Ihrem/Ihren Glaube/Glauben/Alter/Mann/Ehemann
            Ihre/Ihrer Frau/Ehefrau/Kinder/Kindern
            krankheitsbedingt*/schwanger*/Depression*/Alkohol*
            Religion/religiös*
        """,
        "unless": """
            Ihre/Ihrer Frau =Dr/=Prof
            Ihrer/Ihre Familie gehör*/geführt*
        """,
    },
    {
        "code": "viel-glueck",
        "title": "Wünscht Glück, das nach Spott klingt",
        "why": "Nach einer schlechten Nachricht wird es als Hohn gelesen.",
        "phrases": """
            viel Glück (noch) (bei/mit/dabei/damit) => alles Gute
            viel Erfolg noch => alles Gute
            viel Spaß (noch) bei/mit/dabei/damit
            das werden Sie (noch) brauchen
        """,
    },
]

HINTS: list[dict[str, Any]] = [
    {
        "code": "wie-sie-wissen",
        "title": "Sagt, was der Leser schon weiß",
        "why": "Ist es bekannt, können die Worte weg; ist es das nicht, beschämen sie.",
        "phrases": """
            wie Sie (ja/sicher/sicherlich/bereits/selbst/wohl/sehr) (genau/gut/bestens) wissen
            wie Ihnen (ja/sicher/sicherlich/bereits/wohl) bekannt
            bekanntlich/bekanntermaßen
            selbstredend
            es versteht sich von selbst
        """,
    },
    {
        "code": "offensichtlich",
        "title": "Sagt, etwas sei offensichtlich",
        "why": "Was offensichtlich ist, braucht kein Wort; was nicht, wird so zum Vorwurf.",
        "phrases": """
            offensichtlich/offenkundig/zweifellos/zweifelsohne/natürlich/selbstverständlich
            eindeutig
            ganz klar
        """,
        "unless": """
            natürliche/natürlichen/natürlicher Person*
            eindeutig zugeordnet/bezeichnet/gekennzeichnet
        """,
    },
    {
        "code": "leider-mitteilen",
        "title": "Beginnt mit einer abgenutzten Formel",
        "why": "Ein schlichter Satz sagt dasselbe und klingt, als meine ihn jemand so.",
        "phrases": """
            (leider) müssen/muss wir/ich Ihnen (leider/heute/hiermit) mitteilen => wir teilen Ihnen mit
            wir müssen Ihnen (leider/heute/hiermit) mitteilen => wir teilen Ihnen mit
            wir bedauern Ihnen ... mitteilen zu müssen => wir teilen Ihnen mit
            zu unserem (großen/tiefen) Bedauern
            schweren Herzens
            mit großem/tiefem Bedauern
            sehen uns in der bedauerlichen Lage
            wir setzen Sie (hiermit) (davon) in Kenntnis => wir teilen Ihnen mit
        """,
    },
    {
        "code": "beendigung",
        "title": "Schreibt Amtsdeutsch für das Ende",
        "why": "„Ende“ und „beenden“ sind die schlichten Wörter.",
        "phrases": """
            Beendigung => Ende
            terminieren => beenden
            terminiert => beendet
            Einstellung der Zusammenarbeit/Leistungen => Ende der Zusammenarbeit
            aufkündigen => kündigen
            aufgekündigt => gekündigt
            auflösen => beenden
        """,
    },
    {
        "code": "sie-muessen",
        "title": "Befiehlt",
        "why": "„Bitte … bis zum …“ verlangt dasselbe und wird eher beantwortet.",
        "phrases": """
            Sie müssen
            müssen Sie
            Sie sollten/sollen
            sollten/sollen Sie (unbedingt/dringend)
        """,
        "unless": """
            Sie müssen nichts/nicht/nie/niemals
            Sie müssen ... nichts
            müssen Sie nichts/nicht
            sollten Sie (noch/dazu/weitere/hierzu) Fragen/einen/eine/keine/nicht/uns/die/das/den/mit/einmal/später
            was/welche/welches Sie (noch) müssen/sollten
        """,
    },
    {
        "code": "leider-zweimal",
        "title": "Bedauert mehr als einmal",
        "why": "Einmal ist höflich; zweimal klingt hilflos.",
        "phrases": """
            leider
            bedauerlicherweise
            zu unserem Bedauern
        """,
        "counts_from": 2,
    },
    {
        "code": "amtsdeutsch",
        "title": "Benutzt Amtsdeutsch",
        "why": "Das schlichte Wort bedeutet vor Gericht dasselbe und dem Leser mehr.",
        "phrases": """
            hiermit
            gemäß => nach
            bezugnehmend auf
            Bezug nehmend auf
            in Bezug auf => zu
            diesbezüglich/hinsichtlich/bezüglich => zu
            vorbezeichnet*/vorgenannt*/obengenannt*/obig*
            seitens => von
            zwecks => für
            nichtsdestotrotz => trotzdem
            zum gegenwärtigen/jetzigen Zeitpunkt => jetzt
            unter Zugrundelegung => nach
            in Ermangelung => ohne
            kommen/kommt zur Auszahlung/Anwendung/Durchführung
        """,
    },
    {
        "code": "zoegern",
        "title": "Endet mit einer abgenutzten Formel",
        "why": "Sagen Sie, wer antwortet und wie; mehr braucht es nicht.",
        "phrases": """
            zögern Sie (bitte) nicht => melden Sie sich gern
            stehen wir Ihnen (jederzeit/selbstverständlich) (gern/gerne) (jederzeit) zur Verfügung => erreichen Sie uns
            stehe ich Ihnen (jederzeit/selbstverständlich) (gern/gerne) (jederzeit) zur Verfügung => erreichen Sie mich
            für (weitere/etwaige) Rückfragen stehen
        """,
    },
    {
        "code": "einfach-nur",
        "title": "Macht es kleiner, als es ist",
        "why": "Die Worte fügen nichts hinzu, und für den Leser ist es vielleicht nicht einfach.",
        "phrases": """
            einfach (nur/mal)
            lediglich
            bloß
            nur mal
            halt/eben mal
        """,
        "unless": """
            so/besonders/möglichst/ganz einfach
            nicht einfach
            einfach zu/und
        """,
    },
    {
        "code": "getrennte-wege",
        "title": "Umschreibt das Ende",
        "why": "Der Leser sucht, was endet und wann; eine Umschreibung verbirgt es.",
        "phrases": """
            getrennte Wege (gehen) => nicht mehr zusammenarbeiten
            trennen sich (nun) (hier) (unsere) Wege/die => endet unsere Zusammenarbeit
            Wege trennen sich => Zusammenarbeit endet
            zu neuen Ufern
            einen Schlussstrich (ziehen) => ein Ende
            zukünftig => künftig
            in Zukunft getrennt
            uns von Ihnen trennen/verabschieden => die Zusammenarbeit mit Ihnen beenden
            abwickeln => abschließen
        """,
    },
]
