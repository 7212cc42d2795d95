using System.CommandLine;
using System.Globalization;

namespace SecureCollectives.CommandLine;

/// <summary>An option whose value is a whole number within bounds; any other value is reported on one line.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, int minimum, int maximum, Func<int>? defaultValue = null) => new(name)
    {
        Description = description,
        DefaultValueFactory = defaultValue is null ? null : _ => defaultValue(),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum
                && value <= maximum)
            {
                return value;
            }

            result.AddError($"{name} must be a whole number from {minimum} to {maximum}, not '{text}'.");
            return minimum;
        },
    };
}
