/** A cloud with a plug: our own mark, in the colour of what is around it. */
const MARK =
  '<path d="M9.5 21.5a5.5 5.5 0 0 1-.4-11 7.6 7.6 0 0 1 14.5 1.6 4.8 4.8 0 0 1-.6 9.4"/><path d="M16 29v-4m-4-6.5v2.5a4 4 0 0 0 8 0v-2.5zM14 18.5V15.5m4 3V15.5"/>';

const LINES =
  'fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" viewBox="0 0 32 32"';

/** For the head of a page; says nothing to a screen reader. */
export const INLINE_MARK = `<svg ${LINES} stroke="currentColor" aria-hidden="true" focusable="false">${MARK}</svg>`;

/** For the browser's tab. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" ${LINES} stroke="#2f8fca">${MARK}</svg>`;
