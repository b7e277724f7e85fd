import type { DefinedTool } from '../tool.ts';
import { createComment, deleteComment, listComments, updateComment } from './comments.ts';
import { copyResource } from './copy-resource.ts';
import { createDirectory } from './create-directory.ts';
import { deleteResource } from './delete-resource.ts';
import type { DocumentReader } from './document-reading.ts';
import { getInfo } from './get-info.ts';
import { listDirectory } from './list-directory.ts';
import { moveResource } from './move-resource.ts';
import { readFileTool } from './read-file.ts';
import { findByName, findByType, listFavorites, searchFiles } from './search-tools.ts';
import { setFavorite } from './set-favorite.ts';
import { assignTag, createTag, deleteTag, findByTag, listTags, unassignTag } from './tags.ts';
import { deleteTrashed, emptyTrash, listTrash, restoreTrashed } from './trash.ts';
import { abortUpload, finishUpload, startUpload, uploadPart } from './upload.ts';
import {
  deleteVersion,
  labelVersion,
  listVersions,
  readVersion,
  restoreVersion,
} from './versions.ts';
import { writeFile } from './write-file.ts';

export interface FilesOptions {
  /** Who reads documents; the first that knows a type does. Empty: nobody. */
  readonly documents: readonly DocumentReader[];
}

/** Tools for files, folders, and what Nextcloud keeps beside them. */
export function filesTools({ documents }: FilesOptions): readonly DefinedTool[] {
  return [
    listDirectory,
    getInfo,
    readFileTool(documents),
    writeFile,
    createDirectory,
    deleteResource,
    moveResource,
    copyResource,
    searchFiles,
    findByName,
    findByType,
    listFavorites,
    setFavorite,
    listTrash,
    restoreTrashed,
    deleteTrashed,
    emptyTrash,
    listVersions,
    readVersion,
    restoreVersion,
    deleteVersion,
    labelVersion,
    listTags,
    createTag,
    deleteTag,
    assignTag,
    unassignTag,
    findByTag,
    listComments,
    createComment,
    updateComment,
    deleteComment,
    startUpload,
    uploadPart,
    finishUpload,
    abortUpload,
  ];
}
