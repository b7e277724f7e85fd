/** Path of the DAV endpoint below the server's root. */
export const DAV_ENDPOINT = '/remote.php/dav';
