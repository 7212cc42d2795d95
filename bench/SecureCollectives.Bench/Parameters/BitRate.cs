using System.Globalization;

namespace SecureCollectives.Bench.Parameters;

/// <summary>Parses and formats line rates with decimal multiples: 10Gbit, 2.5Gbit, 500Mbit.</summary>
internal static class BitRate
{
    private static readonly (string Suffix, double Bits)[] Units = [("Gbit", 1e9), ("Mbit", 1e6), ("Kbit", 1e3)];

    public static bool TryParse(string text, out long bitsPerSecond)
    {
        foreach (var (suffix, bits) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out var number)
                && number * bits is >= 8 and < long.MaxValue)
            {
                bitsPerSecond = (long)Math.Round(number * bits);
                return true;
            }
        }

        bitsPerSecond = 0;
        return false;
    }

    /// <summary>Formats a rate so that <see cref="TryParse"/> can read it.</summary>
    public static string Describe(long bitsPerSecond)
    {
        var (suffix, bits) = Units.First(unit => bitsPerSecond >= unit.Bits || unit.Suffix == "Kbit");
        return string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / bits:0.#########}{suffix}");
    }
}
