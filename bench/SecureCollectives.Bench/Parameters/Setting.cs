using System.Globalization;

namespace SecureCollectives.Bench.Parameters;

/// <summary>A communicator setting that is changed in a twin of each variant, written name=value, such as chunk-bytes=64K.</summary>
/// <param name="Text">The setting as written.</param>
/// <param name="Apply">Applies the setting to the options of a communicator.</param>
internal sealed record Setting(string Text, Action<CommunicatorOptions> Apply)
{
    /// <summary>The known settings: those whose best value depends on the machine.</summary>
    private static readonly NameTable<Action<CommunicatorOptions, int>> Known = new(
        ("chunk-bytes", static (options, value) => options.ChunkBytes = value),
        ("small-bytes", static (options, value) => options.SmallBytes = value),
        ("lanes", static (options, value) => options.Lanes = value),
        ("channels", static (options, value) => options.Channels = value));

    public static IReadOnlyList<string> KnownNames => Known.Names;

    /// <param name="text">name=value; the value is a number of bytes, or has the suffix K or M.</param>
    /// <param name="fault">What is wrong with the text; null if it is valid.</param>
    public static Setting? TryParse(string text, out string? fault)
    {
        fault = null;
        if (text.Split('=') is not [var name, var number] || !Known.Names.Contains(name) || !ByteSize.TryParse(number, out var size)
            || size.Bytes > int.MaxValue)
        {
            fault = $"takes name=number, such as chunk-bytes=64K, with one of {string.Join(", ", Known.Names)}, not '{text}'";
            return null;
        }

        var setting = new Setting($"{name}={size}", options => Known[name](options, (int)size.Bytes));
        try
        {
            var options = new CommunicatorOptions();
            setting.Apply(options);
            options.Validate(plaintextAllowed: true, worldSize: 1);
            return setting;
        }
        catch (MembershipException e)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"cannot take '{text}'. {e.Message}");
            return null;
        }
    }
}
