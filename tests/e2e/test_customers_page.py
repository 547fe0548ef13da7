"""Customers at the page of a supervisor: taken over from a file, made one of two, what is removed comes back."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from tests.e2e.browser import barriers, chromium, needs_chromium, overflows, sign_in
from tests.e2e.house import House

pytestmark = [pytest.mark.browser, needs_chromium]

TABLE = (
    "Nombre;Teléfono;Notas;Empresa\n"
    '"Vega; Alba";955 010 101;llama los lunes;Taller Norte\n'
    "Bruno Gil;12;;\n"
    "Alba Vega;955010102;;Taller Norte\n"
)


async def test_a_supervisor_takes_customers_over_and_makes_one_of_two(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia", language="es-ES", width=360)
        await page.goto(house.server.base + "/customers")
        await page.get_by_role("button", name="Importar CSV").click()
        dialog = page.get_by_role("dialog", name="Importar clientes")
        files = page.locator("input[type=file]")

        async def choose(text: str) -> None:
            file = FilePayload(name="clientes.csv", mimeType="text/csv", buffer=text.encode("cp1252"))
            await files.set_input_files(files=[file])
            await expect(dialog).to_contain_text("3 filas en clientes.csv")
            await dialog.get_by_role("button", name="Comprobar").click()

        await choose(TABLE)
        await expect(dialog.get_by_role("listitem")).to_have_text("Línea 3, Números: no es un número de teléfono: 12")
        assert await barriers(page) == []
        assert not await overflows(page)
        errors.clear()
        await choose(TABLE.replace("12;;", "955010103;;"))
        await expect(dialog.get_by_role("status")).to_contain_text("3 nuevos y 0 que se actualizan")
        await dialog.get_by_role("button", name="Importar 3").click()
        await expect(dialog).to_be_hidden()

        (alba,) = await house.admin.items("/contacts?q=955010102")
        await page.goto(f"{house.server.base}/customers/{alba['id']}")
        await page.get_by_role("button", name="Unir con otro").click()
        merge = page.get_by_role("dialog", name="Hacer uno de dos clientes")
        await merge.get_by_role("searchbox").fill("vega;")
        await merge.get_by_role("button", name="Vega; Alba").click()
        await expect(merge.get_by_role("radio", name="Alba Vega")).to_be_checked()
        assert await barriers(page) == []
        await merge.get_by_role("button", name="Unir los dos").click()
        await expect(merge).to_be_hidden()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Alba Vega")
        await expect(page.locator("main")).to_contain_text("955 01 01 01")
        await house.admin.post("/leads", {"number": "955010101", "contact_id": alba["id"]})
        await page.reload()
        await page.get_by_role("button", name="Convertir en negocio").click()
        await page.get_by_label("De qué trata el negocio").fill("Furgonetas nuevas")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("lead")).to_contain_text("convertido")
        await page.get_by_label("Estado de Furgonetas nuevas").select_option("won")
        assert await barriers(page) == []
        assert errors == []
    (one,) = await house.admin.items("/contacts?q=Taller Norte")
    assert one["numbers"] == ["+34955010102", "+34955010101"]
