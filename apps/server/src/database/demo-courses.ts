/** A course of the demonstration. Order is the order of the lists. */
export type DemoCourse = {
  readonly title: string;
  readonly description: string;
  readonly published: boolean;
  readonly modules: readonly {
    readonly title: string;
    /** Markdown. A draft is left out when the course is published. */
    readonly lessons: readonly { readonly title: string; readonly content: string; readonly draft?: true }[];
    readonly quizzes: readonly {
      readonly title: string;
      readonly instructions: string;
      readonly questions: readonly DemoQuestion[];
    }[];
  }[];
};

export type DemoQuestion = {
  readonly prompt: string;
  readonly explanation: string;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
};

export const DEMO_COURSES: readonly DemoCourse[] = [
  {
    title: 'Watering a plant with a sensor',
    description:
      'Measure how dry the soil is, decide when that is too dry, and switch a pump. For whoever has a pot of basil and a microcontroller.',
    published: true,
    modules: [
      {
        title: 'Measure',
        lessons: [
          {
            title: 'What a soil sensor measures',
            content: `A capacitive soil sensor is a capacitor whose plates lie side by side, with the soil as the material between
them. The permittivity of water is about **twenty times** that of dry soil, so more water means more capacitance. The electronics on the board turn that into a voltage:

| soil | voltage of a typical board |
|---|---|
| dry air | about 2.6 V |
| moist | 1.6 to 2.0 V |
| in a glass of water | about 1.2 V |

Note the direction: **the wetter, the lower**. A resistive sensor, the fork with two bare prongs, measures the current through the
soil instead. It is cheaper, but the current dissolves its metal, and after a few weeks its readings mean nothing.`,
          },
          {
            title: 'The first reading',
            content: `Connect three wires: supply (3.3 V), ground, and the output to an input that measures voltages. In MicroPython on
a board with such an input at pin 26:

~~~python
from machine import ADC
from time import sleep

sensor = ADC(26)
while True:
    print(sensor.read_u16())   # 0 to 65535
    sleep(1)
~~~

Hold the sensor in the air, then put it into a glass of water up to the line that is printed on it. The number should drop clearly and
stay steady within a few hundred. If it jumps about, the ground wire is loose.`,
          },
          {
            title: 'From a number to per cent',
            content: `Two boards of the same kind differ by more than wet and moist soil do, so write down two readings of *your*
sensor: \`dry\` in the air and \`wet\` in water. Everything else lies on the line between them:

~~~python
def moisture(reading, dry=52000, wet=23000):
    share = (dry - reading) / (dry - wet)
    return round(100 * min(1, max(0, share)))
~~~

The result is no physical quantity, only a scale from 0 (air) to 100 (water). Most house plants are content between 40 and 70.`,
          },
        ],
        quizzes: [
          {
            title: 'Reading a sensor',
            instructions: 'Three questions about what you measured.',
            questions: [
              {
                prompt: 'You pour water on the soil. What does the output of a capacitive sensor do?',
                explanation: 'More water, more capacitance, and the board turns more capacitance into less voltage.',
                right: ['It falls'],
                wrong: ['It rises', 'It stays, until the soil dries'],
              },
              {
                prompt: 'Why calibrate with two readings instead of one?',
                explanation: 'Boards differ in where their scale begins and in how long it is: a line needs two points.',
                right: ['A line is fixed by two points'],
                wrong: ['The first reading is always wrong', 'To let the sensor warm up'],
              },
              {
                prompt: 'Which of these speak against a resistive sensor in a pot? Choose all that apply.',
                explanation: 'The current that measures also dissolves the prongs, which changes what they measure.',
                right: ['Its metal dissolves', 'Its readings drift within weeks'],
                wrong: ['It needs a voltage above 12 V'],
              },
            ],
          },
        ],
      },
      {
        title: 'Decide and act',
        lessons: [
          {
            title: 'Two thresholds instead of one',
            content: `With one threshold ("below 40: pump on") the pump stutters: a drop of water lifts the reading above 40, the pump
stops, the water seeps away, and it starts again. Two thresholds end that. **Start below 40, stop above 60**, and between them leave
things as they are:

~~~python
def decide(percent, pumping):
    if percent < 40:
        return True
    if percent > 60:
        return False
    return pumping
~~~

This is called *hysteresis*. Thermostats, refrigerators and street lamps have it for the same reason.`,
          },
          {
            title: 'Switching a pump safely',
            content: `A pin of the board gives a few milliamperes, a small pump takes two hundred: put a transistor or a relay board in
between, and a diode across the motor for the voltage it makes when it stops.

Then think about what happens when something is wrong:

1. The sensor falls out of the pot. It reads "dry" for ever, so limit the pump to **ten seconds at a time** and one run an hour.
2. The program stops while the pump runs. Use the board's watchdog, which restarts it, and switch the pump off as the first
   thing after a start.
3. The tank is empty. A pump that runs dry breaks: stop when the reading has not risen after three runs, and say so.`,
          },
          {
            title: 'A week of readings',
            draft: true,
            content: `*A draft, which only authors see: still to be written once the readings of a week are there.*

- a diagram of moisture by hour
- what the sun on the window does to it
- how to find the thresholds of your own plant`,
          },
        ],
        quizzes: [],
      },
    ],
  },
  {
    title: 'First questions to a database',
    description:
      'Four small lessons from “show me the rows” to “count them for each kind”, in the SQL that every database speaks.',
    published: true,
    modules: [
      {
        title: 'Rows',
        lessons: [
          {
            title: 'What a table holds',
            content: `A table holds facts of one kind, one in each **row**; every row has the same **columns**. A library might keep its loans so:

| book | reader | since | returned |
|---|---|---|---|
| Emma | 17 | 2026-03-02 | true |
| Emma | 4 | 2026-03-20 | false |
| Ulysses | 17 | 2026-03-21 | false |

Two things are easily missed. The rows are in *no order*: whoever wants one must ask for it. And an empty cell is not zero and not an
empty text, it is \`NULL\`: nobody knows, or it does not apply.`,
          },
          {
            title: 'Choosing rows and columns',
            content: `A question names the columns, the table, and the condition that a row must meet:

~~~sql
SELECT book, since FROM loans WHERE NOT returned ORDER BY since;
~~~

Read it in the order in which it is worked out: *from* the loans, those *where* the book has not come back, of these two columns, *ordered by*
the date. \`=\` finds no \`NULL\`, since unknown equals nothing, not even unknown; \`IS NULL\` does.

Try to say it in words first. “Which books are out, the longest gone first?” is half of the answer.`,
          },
        ],
        quizzes: [
          {
            title: 'Which rows come?',
            instructions: 'Think of the three loans above.',
            questions: [
              {
                prompt: 'How many rows does SELECT book FROM loans WHERE reader = 17 return?',
                explanation: 'Reader 17 has two loans. That one of the books is also on loan elsewhere does not matter.',
                right: ['2'],
                wrong: ['1', '3'],
              },
              {
                prompt: 'In which order do rows come without ORDER BY?',
                explanation: 'PostgreSQL returns them as it finds them; that may be another order tomorrow.',
                right: ['In none that one may rely on'],
                wrong: ['In the order in which they were written', 'By the first column'],
              },
            ],
          },
        ],
      },
      {
        title: 'Sums',
        lessons: [
          {
            title: 'One line for each kind',
            content: `\`GROUP BY\` lays rows with equal values on one pile and answers once for each pile:

~~~sql
SELECT book, count(*) AS loans FROM loans GROUP BY book ORDER BY loans DESC;
~~~

Whatever is selected must be the same for the whole pile, like \`book\`, or be made from it, like \`count(*)\`, \`min(since)\` or \`max(since)\`.`,
          },
          {
            title: 'Two tables, one question',
            content: `“Who has *Ulysses*?” needs names, and these are in another table. \`JOIN\` puts rows side by side that belong together:

~~~sql
SELECT readers.name
FROM loans JOIN readers ON readers.id = loans.reader
WHERE loans.book = 'Ulysses' AND NOT loans.returned;
~~~

A loan without a reader, or a reader without a loan, is in no pair and does not come. \`LEFT JOIN\` keeps the rows of the left table all the same,
with \`NULL\` where there was nobody.`,
          },
        ],
        quizzes: [],
      },
    ],
  },
  {
    title: 'Tracking a delivery van',
    description: 'Read positions from a GPS module, measure distances on a globe, and draw the way on a map.',
    published: false,
    modules: [
      {
        title: 'Positions',
        lessons: [
          {
            title: 'What a GPS module says',
            content: `Once a second the module writes lines of text like this one (NMEA 0183):

~~~
$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A
~~~

The third field is \`A\` for a valid fix and \`V\` for none: **throw lines with V away**. Latitude and longitude are degrees and
*minutes* written together: \`4807.038,N\` is 48° 7.038′, so 48 + 7.038 / 60 = 48.1173°.`,
          },
          {
            title: 'Distances on a globe',
            content: `A degree of latitude is about 111 km everywhere. A degree of longitude shrinks towards the poles, by the cosine of
the latitude. Over a few kilometres this is exact to a metre or so:

~~~python
from math import cos, hypot, radians

def kilometres(lat1, lon1, lat2, lon2):
    return 111.2 * hypot(lat2 - lat1, (lon2 - lon1) * cos(radians(lat1)))
~~~

A van that stands still seems to move, by a few metres every second. Count a distance only when it exceeds the error of the fix.`,
          },
        ],
        quizzes: [
          {
            title: 'Positions',
            instructions: 'One question.',
            questions: [
              {
                prompt: 'How many degrees are 4530.000,N?',
                explanation: '45 degrees and 30 minutes; 30 minutes are half a degree.',
                right: ['45.5°'],
                wrong: ['45.3°', '4530°'],
              },
            ],
          },
        ],
      },
    ],
  },
];
