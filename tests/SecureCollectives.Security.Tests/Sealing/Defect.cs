namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>The defect of a <see cref="DefectiveEngine"/>.</summary>
internal enum Defect
{
    None,
    WrongTag,
    WrongCiphertext,
    AcceptsAnyTag,
    RefusesAGoodTag,
    DoesNotWipe,
    AcceptsAnyTagApart,
    RefusesAGoodTagApart,
    DoesNotWipeApart,
}
