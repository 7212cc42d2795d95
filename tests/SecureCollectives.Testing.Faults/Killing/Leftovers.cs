using System.Globalization;

namespace SecureCollectives.Testing.Faults.Killing;

/// <summary>
/// Resources that shared-memory lanes could leave behind on this machine: names in /dev/shm, Unix sockets, and memory mappings of
/// processes.
/// </summary>
/// <param name="Names">Entries of /dev/shm.</param>
/// <param name="Sockets">Lane sockets in this network namespace.</param>
/// <param name="Mappings">Mappings of rings, in all processes that can be inspected.</param>
internal sealed record Leftovers(int Names, int Sockets, int Mappings)
{
    public static Leftovers Count() => new(
        Directory.EnumerateFileSystemEntries("/dev/shm").Count(),
        File.ReadLines("/proc/net/unix").Count(static line => line.Contains(" @sc-", StringComparison.Ordinal)),
        Directory.EnumerateDirectories("/proc")
            .Where(static path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Sum(static path => CountIn(Path.Combine(path, "maps"))));

    public override string ToString() => $"{Names} names in /dev/shm, {Sockets} sockets, {Mappings} mappings";

    private static int CountIn(string maps)
    {
        try
        {
            return File.ReadLines(maps).Count(static line => line.Contains("/memfd:securecollectives", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // The process has exited, or belongs to another user.
        }
    }
}
