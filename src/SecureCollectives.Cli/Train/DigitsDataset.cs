using System.Globalization;
using System.IO.Compression;

namespace SecureCollectives.Cli.Train;

/// <summary>Images of handwritten digits and their labels. Pixels are scaled to 0..1.</summary>
internal sealed class DigitsDataset
{
    public const int Pixels = 64;
    public const int Classes = 10;

    private const float BrightestPixel = 16;
    private const string ResourceName = "digits.csv.gz";

    private readonly float[] _pixels;
    private readonly byte[] _labels;

    private DigitsDataset(float[] pixels, byte[] labels)
    {
        _pixels = pixels;
        _labels = labels;
    }

    public int Count => _labels.Length;

    public ReadOnlySpan<float> Image(int index) => _pixels.AsSpan(index * Pixels, Pixels);

    public int Label(int index) => _labels[index];

    /// <summary>Returns a copy of the images at <paramref name="indices"/>, in that order.</summary>
    public DigitsDataset Select(ReadOnlySpan<int> indices)
    {
        var pixels = new float[indices.Length * Pixels];
        var labels = new byte[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * Pixels, Pixels));
            labels[i] = _labels[indices[i]];
        }

        return new DigitsDataset(pixels, labels);
    }

    /// <summary>Loads the data set embedded in this program. Data/README.md names its source.</summary>
    public static DigitsDataset LoadEmbedded()
    {
        using var resource = typeof(DigitsDataset).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"This build lacks its embedded data set '{ResourceName}'.");
        using var decompressed = new GZipStream(resource, CompressionMode.Decompress);
        using var reader = new StreamReader(decompressed);
        return Read(reader);
    }

    /// <summary>Reads lines of 64 pixels (0..16) and a label (0..9), separated by commas.</summary>
    /// <exception cref="FormatException">A line does not have this form; the message says which one.</exception>
    public static DigitsDataset Read(TextReader reader)
    {
        var pixels = new List<float>();
        var labels = new List<byte>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (fields.Length != Pixels + 1)
            {
                throw new FormatException($"Line {labels.Count + 1} has {fields.Length} fields instead of {Pixels + 1}.");
            }

            foreach (var field in fields.AsSpan(0, Pixels))
            {
                pixels.Add(ParseAtMost(field, (int)BrightestPixel, labels.Count + 1) / BrightestPixel);
            }

            labels.Add(ParseAtMost(fields[Pixels], Classes - 1, labels.Count + 1));
        }

        return new DigitsDataset([.. pixels], [.. labels]);
    }

    private static byte ParseAtMost(string field, int maximum, int line)
    {
        if (byte.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= maximum)
        {
            return value;
        }

        throw new FormatException($"Line {line} has '{field}' where a number from 0 to {maximum} is expected.");
    }
}
