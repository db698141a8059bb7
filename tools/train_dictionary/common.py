"""Common words and turns of phrase, as they stand in running text, the rarer ones first.

They go into the dictionary as they are: nearly every mail has some of them. English carries most of
it; the other languages have what the trained part does not already hold.
"""

PHRASES = """
dass nicht auch eine einen einem einer wird werden wurde haben hatte können müssen sollte noch nach über unter zwischen
aber oder wenn dann weil schon sehr mehr nur hier wieder immer durch gegen ohne bitte danke Ihre unsere diese dieser dieses
dans pour avec sans nous vous votre notre cette leur plus tout tous sont être avoir fait comme mais aussi très même après
para con por los las una del que como más pero sus este esta esto todo también muy entre desde hasta cuando donde porque
della delle sono anche come più nella questo questa essere fatto mais uma não você seu sua pela pelo isso está são
een het van voor met niet zijn wordt heeft deze meer door naar maar
temperature knowledge language community government president international business development management technology
university department education research science history political military economic financial market industry product
advertising marketing customer customers purchase products services delivery payment discount special offer limited free
guarantee money credit card bank account amount balance transfer million dollars percent investment income mortgage loan
insurance travel flight hotel holiday ticket tickets weather music movie video photo picture pictures camera phone mobile
computer computers network networks internet website browser Windows Linux Microsoft Google Apple Unix Intel Sun kernel
Perl Python Java JavaScript Apache server servers client clients desktop laptop hardware software memory disk device driver
drivers interrupt register registers address addresses pointer buffer function functions variable parameter argument return
structure static inline void unsigned struct const char int long size_t include define ifdef endif compile compiler
configure install installed installing package packages version versions release released download upgrade update updated
build building binary source code library libraries script command commands directory directories file files filename path
output input error errors warning warnings failed failure failing crash crashes panic debug debugging log logs message
messages mailing list lists archive archives subscribe unsubscribe subscription address email e-mail mail reply replied
forward forwarded attachment attached original wrote writes said says told asked answer answered question questions
problem problems issue issues solution solutions fix fixed fixes patch patches applied submit submitted review reviewed
comment comments suggestion feedback test tests tested testing result results support supported supports feature features
option options setting settings configuration default defaults value values number numbers string strings character
characters format formats interface interfaces protocol connection connections request requests response timeout
password passwords username login security secure access permission permissions user users group groups member members
project projects team meeting meetings schedule scheduled conference call calls office company companies customer employee
report reports document documents information details page pages section chapter example examples following previous
current currently recent recently latest available various several different similar possible impossible probably
actually usually generally especially particularly obviously unfortunately however therefore although though because
without within between through during before after again against another other others either neither whether while until
unless since around about above below across along among behind beyond despite except inside outside toward under upon
anything something nothing everything anyone someone everyone nobody somebody everybody somewhere anywhere everywhere
always never sometimes often rarely already still yet almost enough quite rather really simply exactly directly clearly
January February March April May June July August September October November December Monday Tuesday Wednesday Thursday
Friday Saturday Sunday today tomorrow yesterday morning afternoon evening night week weeks month months year years hour
hours minute minutes second seconds time times day days
the first of the most of the rest of the end of the number of the name of the same time as the one of the part of the
in the case of in order to in addition to in this case in other words in my opinion in the meantime in the future
on the other hand on the list on top of at the moment at the same time at least at all as well as as soon as possible
as far as I know as long as I think that I believe that I don't know I don't think I would like to I would be I have been
I'm not sure I am trying to I want to I need to I can't I didn't I've been I'll be I guess I hope I mean I wonder if
you can you have you want to you need to you may you should you will you would you're you don't have to if you have any
if you want to if you are not if there is if it is it would be it should be it has been it will be it is not it doesn't
it's not that's what there is no there are some there was a they are they have they were this is a this is not this would
that is that the that you that we have we can we should we could we will we need to we are what is the which is a which
would be could be should be must be has been have been had been will be able to is not are not was not were not do not
does not did not cannot can not won't doesn't isn't aren't wasn't couldn't wouldn't shouldn't haven't
from the with the for the to the on the and the by the at the of a in a for a with a to be to get to make to have to do
to use to see to find to work to go to take to give to keep to send to know how to a lot of a few of a bit of kind of
instead of because of out of because the so that such as more than less than rather than other than no longer any more
make sure that take a look at get rid of let me know if please let me know thanks in advance thank you very much thanks for
looks like seems to be used to be supposed to be trying to figure out has anyone does anyone know any ideas? any help would
be appreciated. By the way, For example, As a result, At this point, Also, However, Therefore, Perhaps Maybe Sorry, Well, Yes, No,
The only thing that people who want to be able to use their own system should have to do would be to look into it.
It's been a while since I last used it, so I'm not sure whether it still works that way or not.
This means that you don't have to worry about what happens when someone else makes changes to these things.
"""
