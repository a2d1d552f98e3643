package deepspeech.speech.storage;

import deepspeech.speech.DataFileException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Lists the files of a local folder. Corpora often consist of links, so links are followed. */
public final class FolderFiles {
  /** The largest number of files and folders in a folder of noise. */
  static final int MOST_RECORDINGS = 1_000_000;

  /** The largest number of files and folders in a corpus. */
  private static final int MOST = 10_000_000;

  private FolderFiles() {}

  /**
   * Lists the files of a folder and its subfolders, sorted by path. Hidden files and folders are
   * skipped.
   *
   * @param depth depth of the search; 1 for the folder alone
   * @throws DataFileException if the path is not a folder, cannot be read, or has more than ten
   *     million files and folders
   */
  public static List<Path> of(Path folder, int depth) throws DataFileException {
    return of(folder, depth, MOST, path -> {});
  }

  /**
   * Lists the files of a folder that a data set names. A link to a folder outside the dataset root
   * is refused.
   *
   * @param most largest number of files and folders
   * @throws DataFileException if the path is not a folder, cannot be read, or has more than {@code
   *     most} files and folders, or if a link leads outside
   */
  static List<Path> inside(DatasetRoot root, Path folder, int most) throws DataFileException {
    return of(folder, Integer.MAX_VALUE, most, root::real);
  }

  private static List<Path> of(Path folder, int depth, int most, FolderCheck check)
      throws DataFileException {
    if (!Files.isDirectory(folder)) {
      throw new DataFileException(folder + ": is not an existing folder");
    }
    Walk walk = new Walk(folder, most, check);
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, walk);
    } catch (OutsideRootException e) {
      throw new DataFileException("%s: %s".formatted(walk.last, e.getMessage()), e);
    } catch (FileSystemLoopException e) {
      throw new DataFileException(
          "%s: the link %s leads back to a folder that it is in; remove it"
              .formatted(folder, e.getMessage()),
          e);
    } catch (IOException e) {
      throw DataFileException.unreadable(folder, e);
    }
    if (walk.count > most) {
      throw new DataFileException(
          "%s: has more than %d files and folders; name the folder of the files that are wanted"
              .formatted(folder, most));
    }
    return walk.files.stream().sorted().toList();
  }

  /** A check of a folder before its content is listed. */
  @FunctionalInterface
  private interface FolderCheck {
    void of(Path folder) throws IOException;
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final int most;
    private final FolderCheck check;
    private final List<Path> files = new ArrayList<>();
    private int count;
    private Path last;

    Walk(Path folder, int most, FolderCheck check) {
      this.folder = folder;
      this.most = most;
      this.check = check;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      last = path;
      if (isHidden(path)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (path.equals(folder) || Files.isSymbolicLink(path)) {
        check.of(path);
      }
      return ++count > most ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && !isHidden(path)) {
        files.add(path);
      }
      return ++count > most ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      return !path.equals(folder) && path.getFileName().toString().startsWith(".");
    }
  }
}
