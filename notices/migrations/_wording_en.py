"""The English wording patterns of a new installation; admins edit them afterwards.

How the phrases are read is told in `notices.language.word_search`.
"""

from __future__ import annotations

from typing import Any

BLOCKS: list[dict[str, Any]] = [
    {
        "code": "you-failed-to",
        "title": "Says that the client failed",
        "why": "Blame invites a dispute. Say what is still open, and by when it is needed.",
        "phrases": """
            you have/had (repeatedly/consistently/continually/again/also) failed to => we still wait for you to
            you (repeatedly/consistently/continually/again/also) failed to => we still wait for you to
            you keep/kept failing to => we still wait for you to
            you have been failing to => we still wait for you to
            your company/business/firm/organisation/organization/team/staff/office/people/management/department/bookkeeper/accountant/manager/director/assistant/colleagues/employees (has/have/had) (repeatedly/consistently/again/also) failed/neglected to
            the client/customer/customers (has/have/had) (repeatedly/consistently/again/also) failed/neglected to
            you have/had .. failed to => we still wait for you to
            you .. have/had failed to => we still wait for you to
            you have not kept/honoured/honored/met a single
            you have kept/honoured/honored/met none of
            you never kept/honoured/honored/met a single
            you neglected to => we still wait for you to
            you have neglected to => we still wait for you to
            you have not even => we still wait until you have
            you did not even => we still wait until you
            you could not even
            you can't/cannot even
            you could not be bothered to => we still wait for you to
        """,
        "unless": """
            if/when/where/whenever you have failed to
            you .. we/they/it/who have/had failed to
            if/when/where/whenever you failed to
            failed to reach us/me/anyone
            you have/had seen/shown/told/noticed/reported/found .. failed to
        """,
    },
    {
        "code": "you-failed",
        "title": "Says that the client let us down",
        "why": "A verdict on the client helps nobody; a fact with its date does.",
        "phrases": """
            you have (repeatedly/again) failed us/me => we did not reach what we both wanted
            you (repeatedly/again) failed us/me => we did not reach what we both wanted
            you have failed in/as/at
            you have (repeatedly/again/badly) let us/me down => we did not reach what we both wanted
            you (repeatedly/again/badly) let us/me down => we did not reach what we both wanted
            a failure on your part => a point that is still open
            failure/failures on your side/part => points that are still open
            your failings/shortcomings => the open points
            your (repeated/continued/continuing/constant/ongoing/persistent/complete/total) failure/failures to => the open request to
            your (repeated/continued/continuing/constant/ongoing/persistent/complete/total) failure/failures
        """,
    },
    {
        "code": "your-fault",
        "title": "Gives the client the fault",
        "why": "Who is at fault is what disputes are about. The notice stands without it.",
        "phrases": """
            your fault => where things stand
            your (own) fault => where things stand
            you are (entirely/solely/alone/fully) to blame (for) => this is where things stand with
            you have only yourself/yourselves to blame
            you only have yourself/yourselves to blame
            the blame/fault lies/rests/is (entirely/solely) with you
            all down to you
            your own doing
            you brought this on yourself/yourselves
            you caused all/this/these
            you are the (only) reason
        """,
    },
    {
        "code": "because-of-you",
        "title": "Names the client as the cause",
        "why": "The reason is a fact about the work or the agreement, not about a person.",
        "phrases": """
            because of you => as things stand
            on account of you => as things stand
            because of your (poor/bad/terrible/constant/appalling) behaviour/behavior/attitude/conduct/incompetence/negligence/carelessness/arrogance/laziness => because we work in different ways
            due to your (poor/bad/terrible/constant/appalling) behaviour/behavior/attitude/conduct/incompetence/negligence/carelessness/arrogance/laziness => because we work in different ways
            your (poor/bad/terrible/appalling) behaviour/attitude/incompetence/carelessness/arrogance/laziness => the different way of working
        """,
    },
    {
        "code": "you-refused",
        "title": "Says that the client refused",
        "why": "“Refused” tells of a motive. What was not agreed, and when, is enough.",
        "phrases": """
            you have (repeatedly/consistently/always/also) refused to => you chose not to
            you (repeatedly/consistently/always/also/simply/flatly) refused to => you chose not to
            you refuse to => you prefer not to
            you are refusing to => you prefer not to
            your company/business/firm/organisation/organization/team/staff/office/people/management/department/bookkeeper/accountant/manager/director/assistant/colleagues/employees (has/have/had) (repeatedly/consistently/again/also) refused
            the client/customer/customers (has/have/had) (repeatedly/consistently/again/also) refused
            we/I refuse/refused to work/deal/speak/talk with/to you => we end our work for you
            you keep/kept refusing to => you prefer not to
            your (repeated/continued/stubborn/constant/flat) refusal to => your choice not to
            your (repeated/continued/stubborn/constant/flat) refusal
            you have (repeatedly) refused => you did not accept
            you (repeatedly/flatly) refused => you did not accept
        """,
    },
    {
        "code": "you-ignored",
        "title": "Says that the client ignored us",
        "why": "We know that no answer came; why it did not, we do not know.",
        "phrases": """
            you have (repeatedly/consistently/simply/completely/also/always) ignored => we have had no answer to
            you (repeatedly/consistently/simply/completely/also/always) ignored => we have had no answer to
            you ignore => we have no answer to
            you keep/kept ignoring => we have had no answer to
            you are/were ignoring => we have had no answer to
            you have been (repeatedly/consistently/simply/deliberately) ignoring => we have had no answer to
            your company/business/firm/organisation/organization/team/staff/office/people/management/department/bookkeeper/accountant/manager/director/assistant/colleagues/employees (has/have/had) (repeatedly/consistently/simply/again/also) ignored
            the client/customer/customers (has/have/had) (repeatedly/consistently/simply/again/also) ignored
            you chose to ignore => we have had no answer to
            you have chosen to ignore => we have had no answer to
            ignored by you => left without an answer
            you did not bother to/answering/replying
            you never bothered to/answering/replying
        """,
    },
    {
        "code": "difficult-client",
        "title": "Judges the client",
        "why": "Nobody accepts a verdict on themselves; it is remembered longer than the date.",
        "phrases": """
            bad/difficult/problem/nightmare/impossible/demanding/terrible/awful/worst client/clients/customer/customers => client with other needs
            (very/so/extremely/really) difficult/impossible/unpleasant/hard to work with => in need of another way of working
            you are/were (simply/so/very/too/extremely/just/completely/totally) difficult/impossible/unreasonable/unbearable/chaotic/careless/hopeless
            you have been (simply/so/very/too/extremely/just/completely/totally) difficult/impossible/unreasonable/unbearable/chaotic/careless/hopeless
            your unreasonable/impossible/absurd/endless/constant/ridiculous/excessive demands/requests/expectations/complaints/changes => your requests
            your constant/endless/incessant complaining/nagging/changes => your requests
            the worst year/years/month/months/project/experience of/in/we
            the way you treat/treated/have
        """,
        "unless": """
            the way you have agreed/asked/chosen/set
        """,
    },
    {
        "code": "wasted-time",
        "title": "Says that the client wasted our time",
        "why": "Say what took longer than planned, if it has to be said at all.",
        "phrases": """
            wasted/wasting/waste (so/too) (much) (of) our/my/everyone's/everybody's time => taken more time than we planned
            wasted (a) hours/days/weeks/months/lot of our/my time => taken more time than we planned
            wasted hours/days/weeks/months on => spent more time than planned on
            waste of (our/my/everyone's) time => longer task than we planned
            waste (any) more/another/further time/effort/money/energy/hour/day/word/minute on
            cost us far/so too/more/much time
        """,
    },
    {
        "code": "dishonest",
        "title": "Accuses the client of dishonesty",
        "why": "It is an accusation that must be proven. Say which records differ.",
        "phrases": """
            you (have) lied (to) (us/me) => our records differ from yours
            you (have) repeatedly lied (to) (us/me) => our records differ from yours
            you are/were lying (to) (us/me) => our records differ from yours
            you have been lying (to) (us/me) => our records differ from yours
            your lies => the differences in our records
            liar/liars
            dishonest/untruthful/deceitful/fraudulent/deceptive => not in line with our records
            dishonesty/deceit/deception => difference between our records
            fraud => difference between our records
            you deceived/misled/cheated/tricked/betrayed (us/me) => our records differ from yours
            you have deceived/misled/cheated/tricked/betrayed (us/me) => our records differ from yours
            you hid/concealed (from) => we did not learn of
            in bad faith => in a way that we did not expect
            your excuses => your reasons
            making/make excuses
            your company/business/firm/organisation/organization/team/staff/office/people/management/department/bookkeeper/accountant/manager/director/assistant/colleagues/employees (has/have/had) (repeatedly/also/even) lied
            you never had any intention of/to
            you had no intention of/to
            you never intended to
        """,
        "unless": """
            fraud prevention/detection/department/insurance/alert/office/cover/awareness/training/risk/checks
            fraud monitoring/protection/screening/rules/system/filter/filters/report/reports/team/cases/module
            anti fraud
            action fraud
        """,
    },
    {
        "code": "unprofessional",
        "title": "Calls the client unprofessional or rude",
        "why": "Describe how both work, without a grade.",
        "phrases": """
            your unprofessional/rude/disrespectful/abusive/insulting/arrogant/hostile/impolite/aggressive behaviour/behavior/conduct/manner/attitude => the different way of working
            unprofessional/unprofessionally/rude/rudely/disrespectful/abusive/insulting/arrogant/incompetent/hostile/impolite/aggressive
            your rudeness/arrogance/incompetence/disrespect/hostility/aggression/tone => the different way of working
            your negligence => the open points
            incapable/inept/ineptitude/hopeless
            disaster to deal/work with
            stupid/idiotic/ridiculous/pathetic/laughable/childish/greedy/shameful/disgraceful/clueless
            stupidity/idiot/idiots/disgrace/shambles/circus
            a joke/mockery
            shame on you
            ashamed of yourself/yourselves
        """,
        "unless": """
            tax/pricing/growth/more/less aggressive
            we are/were incapable
        """,
    },
    {
        "code": "fed-up",
        "title": "Shows anger",
        "why": "Anger on paper is read again and again, mostly by lawyers.",
        "phrases": """
            frustrated/annoyed/exasperated with/by/at => not able to go on with
            frustrated/frustrating/frustration/exasperated/exasperating/infuriating/furious/maddening
            fed up (with) => not able to go on with
            (sick) (and) tired of => not able to go on with
            sick of => not able to go on with
            had enough of => decided against more of
            have had enough (of) => have decided against more of
            lost (all/our/my) patience (with) => decided to change
            run/ran out of patience (with) => decided to change
            our/my patience
            the (very) last/final straw
            wits' end
            wit's end
            drove/drive/driven us/me mad/crazy
            a nightmare
            thanks for nothing
            heard/seen enough of
            cannot stand/bear
            can't stand/bear
        """,
        "unless": """
            nightmare client/clients/customer/customers
            had enough of a/an/the
            had enough time/notice/space/room/warning/days/weeks/copies
        """,
    },
    {
        "code": "you-do-not-care",
        "title": "Says that the client does not care",
        "why": "We see what was done, not what anybody feels.",
        "phrases": """
            you do not (seem) (to) care (about) => we set other priorities with
            you did not (seem) (to) care (about) => we set other priorities with
            you (clearly/obviously/evidently) could not care less (about) => we set other priorities with
            you (clearly/obviously/evidently) do not care (about) => we set other priorities with
            you never cared (about) => we set other priorities with
            you show/showed/have/had no/zero interest/respect/regard (in/for) => we set other priorities with
            you have shown no/zero interest/respect/regard (in/for) => we set other priorities with
            you do not/never respect/value/appreciate
            you have never respected/valued/appreciated
            your indifference/disinterest => the different priorities
        """,
    },
    {
        "code": "legal-threat",
        "title": "Threatens with lawyers",
        "why": "A threat belongs to counsel and into a letter of its own.",
        "phrases": """
            our/my lawyer/lawyers/attorney/attorneys/solicitor/solicitors/barrister => the person named below
            legal action/proceedings/steps/consequences/measures => the next step under the agreement
            see you in court => settle this under the agreement
            take/taking you to court => take the next step under the agreement
            taken/dragged to court
            sue you => take the next step under the agreement
            we will sue => we will take the next step under the agreement
            hear from a lawyer/solicitor => hear from us
            debt collector/collectors/collection/collections => the next step under the agreement
            collection/collections agency/agencies => the next step under the agreement
            bailiff/bailiffs
            legal avenue/avenues/remedy/remedies/recourse/means => the next step under the agreement
            commence/start/bring/initiate/begin (court/legal) proceedings
            press charges
            go to the police/press/media/newspapers/regulator
        """,
        "unless": """
            our/my lawyer/lawyers/attorney/attorneys/solicitor/solicitors/barrister ... hand/hands/return/returns ... file/files/papers/records
            no/any/without/avoid legal action/proceedings/steps
            your legal remedy/remedies/recourse/means
            in the/your legal proceedings/action
            legal proceedings/action that/in which we/you
        """,
    },
    {
        "code": "threat",
        "title": "Threatens",
        "why": "A threat is answered with a threat. Say what happens, by when, and under which clause.",
        "phrases": """
            you will/may (soon/deeply) regret
            face/suffer/bear (the) (full/serious) consequences
            or else
            will not end well
            everybody/everyone/others will know/hear/learn
            tell/warn everyone/everybody
            warn other/others
            you will hear/see what
            you will pay for this
            you have been warned
            ruin/destroy/damage/wreck your (good) name/credit/rating/reputation/business/company/standing
            report you to
            report this/it/the matter to the (proper/relevant/tax) authorities/police/regulator/office
            blacklist*
            inform/informing/notify/notifying/report/reporting/tell (the) credit agency/agencies/bureau/bureaus/bureaux
            able/where/nowhere to hide
            make sure (that) nobody/everybody/everyone
            make sure (that) no one
        """,
        "unless": """
            make sure (that) everybody/everyone in/has/knows/gets/can/is
            make sure (that) nobody loses/misses/waits/is/has/uses
            make sure (that) no one loses/misses/waits/is/has/uses
        """,
    },
    {
        "code": "contempt",
        "title": "Speaks with contempt",
        "why": "It changes nothing that is open, and it is the sentence that will be quoted.",
        "phrases": """
            nothing but trouble/problems/excuses/complaints/grief/hassle/misery/headaches => more work than we planned
            want/wants/wanted/have nothing more/further/else to do with you
            want/wants/wanted nothing to do with you
            good riddance => we wish you well
            rid of you
            the (very) back/last of you
            done with you
            you people
            the likes of you
            people/clients/customers like you
            do not (even) bother to/replying/calling/writing/contacting/answering/coming
            do not (ever) contact/call/write/approach us/me (ever) again
            never contact/call/write/approach us/me again
            how dare you
            treat/treats/treated/treating us/me/everyone/staff/people/them like/as (if/a/an)
            being/been treated like
            that/who treats its/their suppliers/partners/people/staff/providers
            find someone/somebody/anyone else to abuse/cheat/fool/bully/exploit/ignore/insult
            another fool/idiot/victim
            you are/were (so/utterly/completely/simply/just/truly/the/most) toxic/ungrateful/greedy/lazy/selfish/petty/vindictive/untrustworthy/spoilt/spoiled/unbearable/insufferable/clueless/worthless
            toxic
            ungrateful/ingratitude
            your greed/selfishness/laziness/pettiness/malice/spite/ignorance/vanity
            you (have) (repeatedly/constantly) bullied/harassed/insulted/abused/intimidated/humiliated/exploited/belittled/blackmailed
            you have been bullying/harassing/insulting/abusing/intimidating/humiliating/exploiting
            took/taken/taking advantage of us/our/my
            cannot/can't/not trust you
            can/could no longer trust/believe you
            do/did not trust/believe you (any/a) (more/word)
            lost all/every/our trust/faith/confidence/respect in/for you
            hope (that) you never/fail/suffer/choke
            disgusted/disgusting/disgust/sickened/despicable/contempt/contemptible
            not worth our/the time/trouble/effort/hassle
            you make/made us/me sick
            what is wrong with you
            who do you think you are
        """,
        "unless": """
            joy/pleasure/privilege/honour/honor/pride ... people/clients/customers like you
            for/help/helped/serve/served/thank people/clients/customers like you
            toxic waste/substances/substance/materials/material/chemicals/assets/loans/paint/fumes
            non toxic
            contempt of court
            us/me/everyone/staff/people/them like/as (a/an/if) family/friends/friend/partners/partner/equals/guests/colleagues/we
        """,
    },
    {
        "code": "a-burden",
        "title": "Describes the client as a burden",
        "why": "The letter ends the work. What it was like need not be told.",
        "phrases": """
            this is how you thank/repay us/me
            this is the thanks we get/got
            fools/fool of us/me
            put/putting up with you/your/this => go on with this
            know/knows where you live/work
            nobody (here) (in) (our/my/this) (team/office/firm/company) wants/wanted/wishes to work/deal/speak/talk/hear with/to/from you/your
            no one (here) (in) (our/my/this) (team/office/firm/company) wants/wanted/wishes to work/deal/speak/talk/hear with/to/from you/your
            made our/my life/lives/work/days (a) hell/misery/miserable/impossible
            hell/nonsense
            to tears
            you never listen/learn/listened/learned
            you do not (ever) listen/learn
            source of trouble/problems/grief/frustration/irritation
            more trouble than
            we are not your bank/charity/servants/slaves/babysitters/doormat
            look/looking in the mirror
            mistake from the (very) beginning/start/outset/first
            regret (ever) working/taking/signing/meeting/accepting
            (consider) yourself/yourselves fired/dismissed
            fire/fired/firing you
            fired as a client/customer
            had it with you/your/this
            do not want/need your business/money/custom
            complete/total/utter/blatant/flagrant disregard
            basic/common decency
            left/leave/leaving us hanging/stranded
            left/leave/leaving us in the lurch
            you do not deserve
            you have no manners/decency/shame/integrity/honour/honor/conscience
            says everything/all/enough (we) (need) (to) (know) about you
            you have not/never (even/once) apologised/apologized
            you owe us/me (all) an apology
            enough is enough
            past/beyond caring
            drain/drained/draining us/our
        """,
    },
]

WARNINGS: list[dict[str, Any]] = [
    {
        "code": "always-never",
        "title": "Generalises with always or never",
        "why": "One counter-example is enough to dispute the sentence.",
        "phrases": """
            you (have) always => it happened more than once that you
            you constantly/continually/continuously/perpetually/permanently => it happened more than once that you
            you are always/constantly/forever/perpetually => it happened more than once that you are
            you never => we have no record that you
            you have never => we have no record that you have
            you keep/kept => it happened more than once that you were
            (each/every) (and) every single time => more than once
            time and (time) again => more than once
            over and over (again) => more than once
            yet again => again
            as usual
        """,
        "unless": """
            as you (have) always
            you (have) always ... time/promptly/within/kindly/friendly/fairly/quickly/openly/honestly/patient/kind/pleasure
            you always have (had)
            you (have) always been/had/helped/made/given/gave/kept/welcomed/met (us)
            you never need/have to
            you are always welcome
            you keep/kept us/me/your/the/all/a/copies/control/access/it
            as usual until/by/on
        """,
    },
    {
        "code": "numerous-reminders",
        "title": "Counts our reminders as a reproach",
        "why": "The dates of the reminders say more than their number.",
        "phrases": """
            despite/after (all) (of) (our/my) numerous/repeated/several/many/countless/multiple/endless/various/constant (written/friendly/polite/prior/previous) reminders/requests/emails/e-mails/mails/attempts/letters/calls/warnings/messages => after our reminders
            despite (all) (of) our/my (written/friendly/polite/prior/previous) reminders/requests/emails/e-mails/mails/attempts/letters/calls/warnings/messages => after our reminders
            in spite of (all) (our/my) numerous/repeated/several/many/countless/multiple/endless (written) reminders/requests/emails/attempts/letters/calls/warnings => after our reminders
            how many times
            for the last/umpteenth/hundredth/tenth time
            we have told/asked/reminded you many/several/countless/numerous/dozens times/of => we wrote to you about this
            chased/chasing you => wrote to you
        """,
        "unless": """
            for the last time in/on/by
        """,
    },
    {
        "code": "you-should-have",
        "title": "Says what the client should have done",
        "why": "The past cannot be changed; say what is needed now.",
        "phrases": """
            you should/could/ought (really/simply/at) have => it would have helped us if you had
            you ought to have => it would have helped us if you had
            you should know better
            you should have known => it would have helped us to know
            it was your job/duty/responsibility to => we had planned that you would
            you were supposed to => we had planned that you would
        """,
    },
    {
        "code": "unacceptable",
        "title": "Calls something unacceptable",
        "why": "Say what was agreed and what differs from it.",
        "phrases": """
            (totally/completely/simply/entirely/absolutely/wholly) unacceptable/intolerable/inexcusable/outrageous/appalling/untenable/scandalous => not what we agreed
            (totally/completely/simply/entirely/absolutely/wholly) not acceptable => not what we agreed
            cannot/can't/not tolerate/accept this/your/such/any => have agreed otherwise on
            will no longer tolerate/accept => have agreed otherwise on
        """,
    },
    {
        "code": "beyond-duty",
        "title": "Praises our own effort",
        "why": "Praise of oneself reads as a reproach to the other.",
        "phrases": """
            bent/bend over backwards => worked with care
            gone/went/go (far/way/well) above and beyond => worked with care
            gone/went (far/way) beyond what => done all that
            gone/went out of our way => worked with care
            gone/went the extra mile => worked with care
            done everything/all we could/can => worked with care
            done everything/all in our power => worked with care
            more than patient/fair/generous/accommodating => ready to talk
            as a gesture of our generosity
        """,
    },
    {
        "code": "not-our-fault",
        "title": "Defends ourselves",
        "why": "A defence tells the reader that there is something to attack.",
        "phrases": """
            not our/my fault => outside what we can change
            (through) no fault of ours/our => for reasons outside what we can change
            not to blame => not able to change this
            cannot be held/made responsible/liable (for) => cannot change
            can't be held responsible/liable (for) => cannot change
            not our problem/responsibility/concern => outside what we can change
            we did nothing wrong
            we have done nothing wrong
        """,
    },
    {
        "code": "no-choice",
        "title": "Says that we had no choice",
        "why": "We decide, and we say so; a forced hand sounds like blame.",
        "phrases": """
            left us (with) no/little (other) choice/option/alternative (but) => led to our decision
            leave/leaves/leaving us (with) no/little (other) choice/option/alternative (but) => leads to our decision
            have no (other/further) choice/option/alternative but to => have decided to
            have been left (with) no (other) choice/option/alternative but to => have decided to
            had no (other/further) choice/option/alternative but to => decided to
            are/were/feel/felt forced/compelled/obliged to => have decided to
            have been forced/compelled/obliged to => have decided to
            forced/forces/forcing our hand => led to our decision
            you gave/give/giving us no (other) choice/option/alternative
        """,
        "unless": """
            are/were obliged to you/keep/by
            you are/were obliged to
        """,
    },
    {
        "code": "effective-immediately",
        "title": "Ends at once, beside the agreed date",
        "why": "The letter has one effective date, which keeps to the notice period.",
        "phrases": """
            effective (as) (of) immediately/now/today => on the date named in this letter
            with immediate effect => on the date named in this letter
            effective at once => on the date named in this letter
            as of now/today/immediately => from the date named in this letter
            starting today/now
        """,
    },
    {
        "code": "final-warning",
        "title": "Gives a last warning",
        "why": "A notice ends a relationship; a warning belongs before it.",
        "phrases": """
            last/final (and) (last/final) warning/chance/demand/opportunity => reminder
            final reminder/notice => reminder
            last reminder => reminder
        """,
        "unless": """
            last/final opportunity/chance to thank/say/meet
        """,
    },
    {
        "code": "we-demand",
        "title": "Demands",
        "why": "A request with a date is met more often than a demand.",
        "phrases": """
            we/I (hereby) demand/insist that => we ask that
            we/I (hereby) demand/insist on => we ask for
            we/I (hereby) insist => we ask
            we/I (hereby) demand => we ask for
            we/I (hereby) expect/require/instruct/order you to => we ask you to
            you are (hereby) required/instructed/ordered/obliged to => we ask you to
            you will pay/return/send/hand/deliver => please arrange by the date below to
            pay up => settle the invoices
        """,
        "unless": """
            you will pay/return/send/hand/deliver nothing/no/less
        """,
    },
    {
        "code": "at-once",
        "title": "Asks for something at once",
        "why": "A date can be kept; “at once” can only be missed.",
        "phrases": """
            immediately => by the date below
            as soon as possible => by the date below
            asap => by the date below
            at once => by the date below
            without (any/further/more) delay => by the date below
            right away/now => by the date below
            straight away => by the date below
            forthwith => by the date below
            with the utmost urgency => by the date below
            urgently/promptly => by the date below
        """,
        "unless": """
            immediately after/before/following/preceding/available
            all/two/more/several/everything at once
        """,
    },
    {
        "code": "breach",
        "title": "Accuses of a breach",
        "why": "Whether something is a breach is for others to decide; say what is open.",
        "phrases": """
            failure to comply (with) => a difference from
            fail/fails/failed to comply (with) => have not yet kept to
            in breach/violation of => not in line with
            a (serious/clear/material/grave/repeated/blatant) breach/violation of => a difference from
            breach/breaches/breached/breaching
            violate/violates/violated/violating => not keep to
            violation/violations/infringement/infringements => difference
            non-compliance => difference
            broke/broken/breaking your promise/promises/word/agreement => not in line with what we agreed
        """,
        "unless": """
            data/security breach/breaches
            breach/breaches notification/response/reporting
        """,
    },
    {
        "code": "disappointed",
        "title": "Shows disappointment",
        "why": "How we feel is not the reader's to answer for.",
        "phrases": """
            we/I are/am (very/deeply/extremely/greatly/sorely/so) disappointed/saddened/shocked/dismayed/appalled/upset/hurt that/to => we note that
            we/I are/am (very/deeply/extremely/greatly/sorely/so) disappointed/saddened/shocked/dismayed/appalled/upset/hurt (by/with/in)
            disappointing/disappointment/disappointed/saddened/dismayed/dismaying
            to our (great/deep) disappointment/dismay/regret/surprise
        """,
        "unless": """
            may/might/will/would/can (well) be (a) disappointing/disappointment/disappointed
            you are/be/feel disappointed
            disappointing news/for
            your disappointment
        """,
    },
    {
        "code": "your-lack-of",
        "title": "Names what the client lacks",
        "why": "Say what we still need, as a request with a date.",
        "phrases": """
            your (complete/total/utter/continued/ongoing/obvious/general/apparent) lack/absence of => the missing
            your inability/unwillingness/reluctance to => the open request to
            you lack => we still need
            you have no sense/idea/understanding of
        """,
    },
    {
        "code": "nameless-reader",
        "title": "Greets nobody by name",
        "why": "A notice goes to a person, by name; the greeting is set from the addressee.",
        "phrases": """
            dear (valued/esteemed) customer/customers/client/clients/sir/sirs/madam
            dear sir or/and madam
            to whom it may concern
        """,
    },
    {
        "code": "delinquent",
        "title": "Calls the client a debtor",
        "why": "An invoice is open; the client is not thereby something else.",
        "phrases": """
            delinquent/derelict => still open
            in arrears => still open
            arrears/delinquency => open invoices
            debtor/debtors => client
            bad debt/debts => open invoices
            in default => still open
            defaulted/defaulting on => not yet settled
            you owe us/me => open on our books are
            pay what you owe => settle the open invoices
            long overdue => still open
        """,
        "unless": """
            you owe us nothing/no
        """,
    },
    {
        "code": "other-clients",
        "title": "Compares with other clients",
        "why": "Other clients are nobody's business, and the comparison shames.",
        "phrases": """
            unlike (all) (of) (our/my) (other) clients/customers
            all (of) our other clients/customers
            (our/all) other clients/customers pay/manage/have/do/are/can/accept/understand
            every other client/customer
            no other client/customer
            compared to/with (our/my/all) other clients/customers
        """,
    },
    {
        "code": "no-refunds",
        "title": "Shuts the door on refunds",
        "why": "What is open on both sides stands under settlement; a bare refusal provokes.",
        "phrases": """
            no refund/refunds (will) (be) (given/made/granted)
            non-refundable
            will not be (giving) refunded/refunding/refund
            do not give/offer/make refunds
        """,
    },
    {
        "code": "exclamation",
        "title": "Uses an exclamation mark",
        "why": "On paper it sounds like a raised voice.",
        "phrases": "! => .",
    },
    {
        "code": "double-question",
        "title": "Asks with several question marks",
        "why": "One is a question, two are a reproach.",
        "phrases": "?? => ?\n?! => ?\n!? => ?",
    },
    {
        "code": "capitals",
        "title": "Writes words in capitals",
        "why": "Capitals read as shouting. Names that the case itself writes so are left alone.",
        "phrases": "{CAPITALS}",
        "unless": "ASAP/IBAN/SEPA/SWIFT/BACS/CHAPS/HMRC/GDPR/DSGVO/DATEV/ELSTER/EBITDA/XBRL/HTML",
    },
    {
        "code": "private-life",
        "title": "Touches health, family or religion",
        "why": "It is nobody's reason, and the law protects it; leave it out.",
        "phrases": """
            your (poor/bad/mental/physical) health
            health reasons/problems/issues/condition
            mental health
            illness/sickness/pregnancy/pregnant/divorce/divorced
            your disability/age/race/origin/nationality/politics
            your wife/husband/spouse/partner's/marriage/children/family/religion/faith/church/beliefs
            depression/depressed/alcohol/alcoholic/drinking
            christian/muslim/jewish/islamic religion/religious/faith/beliefs
            religion/religious
        """,
        "unless": """
            mental health services/service/first/platform/clinic/charity
            family/health business/businesses/office/company/insurance/trust
            your family/church/children office/business/company/books/foundation/payroll/accounts
        """,
    },
    {
        "code": "good-luck",
        "title": "Wishes luck, which sounds like scorn",
        "why": "After bad news it is read as mockery.",
        "phrases": """
            good luck with/in => we wish you well with
            good luck => all the best
            best of luck (with/in) => all the best
            you will need it
            lots of luck
            enjoy finding
        """,
    },
]

HINTS: list[dict[str, Any]] = [
    {
        "code": "as-you-know",
        "title": "Says what the reader already knows",
        "why": "If it is known, leave the words out; if not, they embarrass.",
        "phrases": """
            as you (well/already/surely/certainly/will/may) (very) know
            as you are (well/fully/no/surely) (doubt) aware
            you are (well/fully) aware
            needless to say
            it goes without saying
            as we all know
        """,
    },
    {
        "code": "obviously",
        "title": "Says that something is obvious",
        "why": "What is obvious needs no word; what is not is made a reproach.",
        "phrases": """
            obviously
            clearly
            evidently
            of course
            plainly
            naturally
            surely
        """,
        "unless": """
            more/as/say/said/speak/state/stated/mark/marked/list/listed/set/write/explain/see/very/quite clearly
            clearly marked/labelled/written/stated/listed
        """,
    },
    {
        "code": "regret-to-inform",
        "title": "Opens with a worn formula",
        "why": "A plain sentence says the same and sounds as if somebody meant it.",
        "phrases": """
            we/I (very/much/deeply) regret to inform you that => we write to tell you that
            we/I are/am sorry/writing to inform you that => we write to tell you that
            we/I (very/much/deeply) regret to inform you => we write to tell you
            regret to advise/inform => write to tell
            it is with (great/deep/much) regret/sadness (that)
            with a heavy heart
            please be advised/informed that => please note that
            this letter serves/is to => we write to
        """,
    },
    {
        "code": "terminate",
        "title": "Says terminate where end is enough",
        "why": "“End” is the plain word.",
        "phrases": """
            terminate => end
            terminates => ends
            terminated => ended
            terminating => ending
            termination => end
            cease => stop
            discontinue => end
        """,
        "unless": """
            termination clause/case
        """,
    },
    {
        "code": "you-must",
        "title": "Commands",
        "why": "“Please … by …” asks for the same and is answered sooner.",
        "phrases": """
            you must (now/therefore/also) => please
            you have (got) to => please
            you need to => please
            you shall => please
        """,
        "unless": """
            you have to do nothing
            you need to do nothing
            nothing you have/need to
            if/what/which/whatever/all/where/when/documents/information you have/need to
        """,
    },
    {
        "code": "unfortunately-twice",
        "title": "Regrets more than once",
        "why": "Once is courteous; twice sounds helpless.",
        "phrases": """
            unfortunately
            regrettably
            sadly
        """,
        "counts_from": 2,
    },
    {
        "code": "legalese",
        "title": "Uses legal jargon",
        "why": "The plain word means the same to a court and more to the reader.",
        "phrases": """
            hereby
            pursuant to => under
            aforementioned/aforesaid/above-mentioned
            herein/hereto/hereunder/hereof/therein/thereof/thereto/wherein/whereas
            heretofore/hitherto => until now
            in accordance with => under
            in respect of => about
            with regard/respect to => about
            notwithstanding => in spite of
            prior to => before
            subsequent to => after
            in the event that => if
            in order to => to
            at the present time => now
            shall be deemed to => will
        """,
    },
    {
        "code": "do-not-hesitate",
        "title": "Ends with a worn formula",
        "why": "Say who answers, and how; no more is needed.",
        "phrases": """
            (please) do not hesitate to => please
            (please) feel free to => please
            should you have any (further/more) questions => if you have questions
        """,
    },
    {
        "code": "just-simply",
        "title": "Makes it smaller than it is",
        "why": "The words add nothing, and to the reader it may not be simple.",
        "phrases": """
            just
            simply
            merely
        """,
        "unless": """
            just as/before/after/under/over/like/in/about
            have/has just
        """,
    },
    {
        "code": "jargon",
        "title": "Uses a euphemism",
        "why": "The reader looks for what ends and when; a euphemism hides it.",
        "phrases": """
            part ways (with) => end our work with
            parting (of) (the) ways => end of our work
            parted ways => ended our work
            going/moving forward => from now on
            move/moving on => go on
            at this point in time => now
            at this juncture => now
            reach out to => contact
            touch base => talk
            circle back => come back
            let you go => end our work for you
            sunset/sunsetting => end
            it is not you
            on the same page => of one mind
            transition you (out)
        """,
    },
]
