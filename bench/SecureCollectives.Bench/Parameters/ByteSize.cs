using System.Globalization;

namespace SecureCollectives.Bench.Parameters;

/// <summary>A size in bytes, written with binary multiples: 65536, 64K, 16M, 1G.</summary>
internal readonly record struct ByteSize(long Bytes)
{
    private const string Suffixes = "KMG";
    private const int Unit = 1024;

    public static bool TryParse(string text, out ByteSize size)
    {
        size = default;
        var multiple = 1L;
        var suffix = text.Length > 0 ? Suffixes.IndexOf(char.ToUpperInvariant(text[^1])) : -1;
        for (var i = 0; i <= suffix; i++)
        {
            multiple *= Unit;
        }

        if (suffix >= 0)
        {
            text = text[..^1];
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / multiple)
        {
            return false;
        }

        size = new ByteSize(number * multiple);
        return true;
    }

    /// <summary>Formats a size for readers: 64 KiB, 1 MiB, 65532 B.</summary>
    public static string Describe(long bytes)
    {
        var (number, suffix) = Split(bytes);
        return number + (suffix < 0 ? " B" : $" {Suffixes[suffix]}iB");
    }

    /// <summary>Formats the size so that <see cref="TryParse"/> can read it.</summary>
    public override string ToString()
    {
        var (number, suffix) = Split(Bytes);
        return suffix < 0 ? number : number + Suffixes[suffix];
    }

    private static (string Number, int Suffix) Split(long bytes)
    {
        var suffix = -1;
        while (bytes >= Unit && bytes % Unit == 0 && suffix < Suffixes.Length - 1)
        {
            bytes /= Unit;
            suffix++;
        }

        return (bytes.ToString(CultureInfo.InvariantCulture), suffix);
    }
}
