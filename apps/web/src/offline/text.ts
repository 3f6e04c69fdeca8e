export const TEXT = {
  waits: 'Waits for a connection',
  nothingHere: {
    title: 'Nothing is on this device yet',
    body: 'Elira cannot be reached at the moment. What you open while there is a connection can be read without one afterwards.',
    again: 'Try again',
  },
  notHere: {
    title: 'This is not on this device yet',
    body: 'Elira cannot be reached at the moment. The texts of a course come with the first connection after you joined it.',
    action: 'Go to the course',
  },
  lost: {
    title: 'Changes you made on this device are lost',
    body: 'This browser has removed what Elira kept here, with changes that had not been sent yet. Everything that was sent is safe.',
    dismiss: 'Understood',
  },
  keepsNothing: {
    title: 'This browser cannot keep your changes',
    body: 'It does not let Elira store anything here. While you are connected all is well; offline, what you do would be lost with this page.',
    unsent: 'Your last changes are in this page alone. Leave it open until they are sent.',
    dismiss: 'Understood',
  },
} as const;
