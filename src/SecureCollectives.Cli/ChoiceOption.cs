using System.CommandLine;

namespace SecureCollectives.Cli;

/// <summary>An option whose value is one of a few words; the first is the default.</summary>
internal static class ChoiceOption
{
    /// <param name="name">The name of the option, with its dashes.</param>
    /// <param name="description">The description in the help.</param>
    /// <param name="choices">The words, and the value of each.</param>
    public static Option<T> Create<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => choices[0].Value,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                foreach (var (word, value) in choices)
                {
                    if (word == text)
                    {
                        return value;
                    }
                }

                result.AddError($"{name} must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{text}'.");
                return choices[0].Value;
            },
        };
        // For an enumeration System.CommandLine would suggest the names of its members instead.
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }
}
